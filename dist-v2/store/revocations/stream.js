import { isBehind, partsOf } from "../../revocations/revocation.js";
import { idOf } from "../../sessions/credential.js";
/** Entries that one call adds, so that no call blocks Redis for longer than a fraction of a millisecond. */
export const MOST_ADDED = 64;
/** How long an end may matter, as lua/includes/revoked.lua has it. */
const REVOKED_LIFE_MS = 360_000;
/** The one feed of all ends. */
export function createRevocationStream({ client, keys }, call) {
    return {
        /** Adds entries, `<slot tag> <entry of its outbox>`, and says that every end before `wholeMs` is there. */
        async append(owner, leaseMs, wholeMs, entries) {
            const [isOwn, now] = await call(() => client.revocationsAppend(keys.revocations, keys.revocationsMover, owner, leaseMs, wholeMs ?? '', ...entries));
            return { holder: isOwn === 0 ? 'other' : isOwn === 1 ? 'own' : 'new', nowMs: Number(now) };
        },
        /** At most `most` of what comes behind a position; from null on all that may still matter. Null if what follows that position is not known any more. */
        async read(after, most) {
            const [ms, number] = after === null ? ['', ''] : partsOf(after);
            const reply = await call(() => client.revocationsRead(keys.revocations, keys.revocationsMover, ms, number, most));
            return reply === null ? null : pageOf(reply, after, most);
        }
    };
}
function pageOf([oldest, whole, now, ...fields], after, most) {
    const entries = Array.from({ length: fields.length / 2 }, (_, i) => fields.slice(2 * i, 2 * i + 2));
    const [isMore, last] = [entries.length === most, entries.map(([position]) => position).slice(-1)];
    return {
        revocations: entries.flatMap(([position, text]) => revocationOf(position, text) ?? []),
        position: latestOf([after ?? positionAt(oldest), ...last, ...isMore ? [] : quietPosition(whole)]),
        isMore,
        ageMs: ageOf(Number(whole), Number(now))
    };
}
/** Null while nobody has said, or by a clock that was ahead. */
function ageOf(wholeMs, nowMs) {
    return wholeMs === 0 || wholeMs > nowMs + 1000 ? null : Math.max(0, nowMs - wholeMs);
}
/** What is added from now on is at the moment of `whole` or behind it: with nothing new, whoever reads on has not to come from ever longer ago. */
function quietPosition(whole) {
    return Number(whole) === 0 ? [] : [positionAt(String(Number(whole) - 1))];
}
function positionAt(ms) {
    return `${ms}-0`;
}
function latestOf(positions) {
    return positions.reduce((latest, position) => isBehind(position, latest) ? position : latest);
}
const ENTRY = /^([0-9a-f]{4}) (\d{1,15}) ([sua]) ([0-9a-f]{28}|-) ([a-z_]+) (.+)$/s;
/** Null of what is damaged: nobody can be told what it meant. */
function revocationOf(position, text) {
    const [, tag = '', at = '', kind, hex = '', reason = '', userId = ''] = ENTRY.exec(text) ?? [];
    if (kind === undefined)
        return null;
    const told = { reason, expiresAtMs: Number(at) + REVOKED_LIFE_MS, position };
    const id = hex === '-' ? null : idOf(tag + hex);
    if (kind === 'a')
        return { ...told, beforeMs: Number(at) };
    if (kind === 'u')
        return { ...told, userId, beforeMs: Number(at), exceptId: id };
    return id === null ? null : { ...told, userId, sessionId: id };
}
//# sourceMappingURL=stream.js.map