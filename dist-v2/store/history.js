import { idOf } from "../sessions/credential.js";
import { DEFAULT_LIFETIME } from "../sessions/policies/lifetimes.js";
import { unpackAddress } from "./address.js";
import { timesOf } from "./replies.js";
import { unpackUserAgent } from "./user-agent.js";
/*
 * The history as lua/includes/history.lua writes it, as the shapes of sessions/. What cannot be read is left out: one damaged
 * entry must not cost its user the whole history.
 */
/** The limits as the scripts take them. */
export function historyText({ entries, retentionMs, endedMs }) {
    return `${entries},${retentionMs},${endedMs}`;
}
/** What activityRead answers. */
export function activityOf(tag, retentionMs, [isOwn, now, ...entries]) {
    const events = entries.flatMap(entry => eventOf(tag, entry) ?? []).filter(({ id }) => id >= Number(now) - retentionMs);
    return { events, isOwn: isOwn === 1 };
}
const ENTRY = /^(\d{1,15}) (\d{1,15}) ([a-z_]+) ([0-9a-f]{28})((?: [a-z]+=\S*)*)$/;
function eventOf(tag, entry) {
    const [, number, age, event = '', hex = '', text = ''] = ENTRY.exec(entry) ?? [];
    if (number === undefined)
        return null;
    return { id: Number(number), atMs: Number(number) - Number(age), event, sessionId: idOf(tag + hex), details: detailsOf(event, wordsOf(text)) };
}
function wordsOf(text) {
    return text.split(' ').slice(1).map(word => {
        const at = word.indexOf('=');
        return [word.slice(0, at), word.slice(at + 1)];
    });
}
function detailsOf(event, words) {
    // What it says besides of where the session was opened is for what is left of it later.
    const [address, agent] = event === 'reauthenticated' ? ['wi', 'wb'] : ['ip', 'b'];
    const details = {};
    for (const [name, value] of words) {
        switch (name) {
            case 'r':
                details.reason = value;
                break;
            case 'a':
                details.actor = value;
                break;
            case 'k':
                details.keys = [...details.keys ?? [], value];
                break;
            case 'm':
                details.moreKeys = Number(value);
                break;
            case 'n':
                details.changes = Number(value);
                break;
            case 'g':
                details.generation = Number(value);
                break;
            case 'e':
                details.extendedUntilMs = Number(value);
                break;
            case 'f':
                details.formerSessionId = value;
                break;
            case 's':
                details.signals = value.split(',');
                break;
            case 'q':
                details.limit = limitOf(value);
                break;
            case 'l':
                details.lifetime = value;
                break;
            case address:
                details.ipAddress = unpackAddress(value);
                break;
            case agent:
                details.userAgent = unpackUserAgent(value);
                break;
        }
    }
    return details;
}
function limitOf(text) {
    const [limit, max] = text.split(':');
    return { of: limit === 'max' ? 'all' : 'deviceType', max: Number(max) };
}
/** What sessionsEnded answers. */
export function endedSessionsOf(reply) {
    return reply.flatMap((id, i) => i % 2 === 0 ? endedOf(id, String(reply[i + 1])) ?? [] : []);
}
/** What a tombstone says, or null if that cannot be read. */
function endedOf(id, tombstone) {
    const owner = / u=.*$/s.exec(tombstone)?.[0];
    const words = new Map(wordsOf(` ${tombstone.slice(0, tombstone.length - (owner?.length ?? 0))}`));
    const [endedAt, reason] = [words.get('at'), words.get('r')];
    if (endedAt === undefined || reason === undefined)
        return null;
    return {
        id,
        userId: owner?.slice(3),
        endedAtMs: Number(endedAt),
        reason,
        actor: words.get('a'),
        createdAtMs: numberOf(words.get('c')),
        lastAccessedAtMs: numberOf(words.get('t')),
        generation: numberOf(words.get('g')),
        lifetime: words.get('l') ?? DEFAULT_LIFETIME,
        ipAddress: unpackAddress(words.get('ip') ?? ''),
        userAgent: unpackUserAgent(words.get('b') ?? '')
    };
}
function numberOf(text) {
    return text === undefined ? undefined : Number(text);
}
/** What sessionExplain answers. */
export function explanationOf(id, graceMs, [state, ...rest]) {
    switch (state) {
        case 'alive': return { state, ...factsOf(rest, graceMs) };
        case 'dead': {
            const [reason = '', actor, since, ...facts] = rest;
            return { state, reason, actor: actor || undefined, sinceMs: Number(since), ...factsOf(facts, graceMs) };
        }
        case 'ended': {
            const ended = endedOf(id, String(rest[0]));
            return ended === null ? { state: 'unknown' } : { state, ended };
        }
        case 'broken': return { state };
        default: return { state: 'unknown' };
    }
}
function factsOf([now, userId = '', ...rest], graceMs) {
    const [generation, generationSince, notBefore, keptAt, guarded] = rest.slice(6).map(Number);
    return {
        nowMs: Number(now),
        facts: {
            userId,
            times: timesOf(rest),
            generation: Number(generation),
            generationSinceMs: Number(generationSince),
            predecessorUntilMs: generationSince ? generationSince + graceMs : 0,
            notBeforeMs: Number(notBefore),
            keptAtMs: Number(keptAt),
            isGuarded: guarded === 1,
            binding: String(rest[11]),
            isFlagged: rest[12] === '1'
        }
    };
}
//# sourceMappingURL=history.js.map