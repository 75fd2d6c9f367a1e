/** A page as services get it. */
export function answerOf({ revocations, position, isMore, ageMs }) {
    return { revocations: revocations.map(revocationOf), position, more: isMore, ageMs: Math.round(ageMs) };
}
function revocationOf(revocation) {
    const { position, reason, expiresAtMs } = revocation;
    return { position, ...whichOf(revocation), reason, exp: Math.ceil(expiresAtMs / 1000) };
}
function whichOf(revocation) {
    if ('sessionId' in revocation)
        return { sub: revocation.userId, sid: revocation.sessionId };
    if ('userId' in revocation)
        return { sub: revocation.userId, before: revocation.beforeMs, except: revocation.exceptId ?? undefined };
    return { before: revocation.beforeMs };
}
//# sourceMappingURL=answer.js.map