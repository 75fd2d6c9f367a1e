import type { Revocation, RevocationPage } from '../../revocations/revocation.ts'

/** A page as services get it. */
export function answerOf ({ revocations, position, isMore, ageMs }: RevocationPage) {
  return { revocations: revocations.map(revocationOf), position, more: isMore, ageMs: Math.round(ageMs ?? 0) }
}

function revocationOf (revocation: Revocation) {
  const { position, userId: sub, reason, expiresAtMs } = revocation
  const which = 'sessionId' in revocation ? { sid: revocation.sessionId } : { before: revocation.beforeMs, except: revocation.exceptId ?? undefined }
  return { position, sub, ...which, reason, exp: Math.ceil(expiresAtMs / 1000) }
}
