import type { Revocation, WholePage } from '../../revocations/revocation.ts'

/** A page as services get it. */
export function answerOf ({ revocations, position, isMore, ageMs }: WholePage) {
  return { revocations: revocations.map(revocationOf), position, more: isMore, ageMs: Math.round(ageMs) }
}

function revocationOf (revocation: Revocation) {
  const { position, userId: sub, reason, expiresAtMs } = revocation
  const which = 'sessionId' in revocation ? { sid: revocation.sessionId } : { before: revocation.beforeMs, except: revocation.exceptId ?? undefined }
  return { position, sub, ...which, reason, exp: Math.ceil(expiresAtMs / 1000) }
}
