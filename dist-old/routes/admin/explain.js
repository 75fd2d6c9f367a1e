import { boundSignals } from "../../sessions/devices/surroundings.js";
import { timesAnswer, timestamp } from "../schemas.js";
/** What an operator is told about a session. */
export function explain(sessionId, explanation) {
    switch (explanation.state) {
        case 'alive': return { sessionId, state: 'alive', explanation: aliveSentence(explanation.facts), ...recordAnswer(explanation) };
        case 'dead': {
            const { reason, actor, sinceMs } = explanation;
            return { sessionId, state: 'ended', explanation: endedSentence(reason, sinceMs), ...recordAnswer(explanation), ended: { at: timestamp(sinceMs), reason, ...(actor !== undefined && { actor }) } };
        }
        case 'ended': return { sessionId, state: 'ended', explanation: endedSentence(explanation.ended.reason, explanation.ended.endedAtMs), ...tombstoneAnswer(explanation.ended) };
        case 'broken': return { sessionId, state: 'ended', explanation: 'Its record is damaged. It opens nothing, and goes at its next use.', ended: { reason: 'broken' } };
        case 'unknown': return { sessionId, state: 'unknown', explanation: 'There is no session of this id, and nothing is left of one.' };
    }
}
function aliveSentence({ times, isFlagged }) {
    const { expiresAt, expiresBy } = timesAnswer(times);
    const ending = expiresBy === 'idle' ? `If it is not used it ends at ${expiresAt}.` : `It ends at ${expiresAt} in any case.`;
    return isFlagged ? `It is alive, and was used from elsewhere since its password was last proven. ${ending}` : `It is alive. ${ending}`;
}
function endedSentence(reason, atMs) {
    return `It is not alive: ${reason} at ${timestamp(atMs)}.`;
}
function recordAnswer({ nowMs, facts }) {
    const { userId, times, generation, generationSinceMs, predecessorUntilMs, notBeforeMs, keptAtMs, binding, isGuarded, isFlagged } = facts;
    return {
        checkedAt: timestamp(nowMs),
        userId,
        times: timesAnswer(times),
        credential: {
            generation,
            ...(generationSinceMs > 0 && { firstUsedAt: timestamp(generationSinceMs), predecessorUntil: timestamp(predecessorUntilMs) })
        },
        freshness: { provenSecondsAgo: Math.max(0, Math.floor((nowMs - times.authenticatedAtMs) / 1000)), guarded: isGuarded },
        boundTo: boundSignals(binding),
        flagged: isFlagged,
        ...(notBeforeMs > 0 && { notBefore: { at: timestamp(notBeforeMs), kept: times.createdAtMs <= notBeforeMs && keptAtMs >= notBeforeMs } })
    };
}
function tombstoneAnswer({ userId, endedAtMs, reason, actor, generation, createdAtMs, lastAccessedAtMs }) {
    return {
        ...(userId !== undefined && { userId }),
        ...(generation !== undefined && { credential: { generation } }),
        ended: {
            at: timestamp(endedAtMs),
            reason,
            ...(actor !== undefined && { actor }),
            ...(createdAtMs !== undefined && { createdAt: timestamp(createdAtMs) }),
            ...(lastAccessedAtMs !== undefined && { lastAccessedAt: timestamp(lastAccessedAtMs) })
        }
    };
}
//# sourceMappingURL=explain.js.map