import type { FastifyInstance, FastifyRequest } from 'fastify'
import { useOf } from '../../plugins/binding.ts'
import { sessionOf } from '../../plugins/guard.ts'
import { serviceError } from '../../sessions/errors.ts'
import type { Reopened } from '../../sessions/opening.ts'
import { checkOwnPassword } from '../check-password.ts'
import { assertHardToGuess } from '../new-password.ts'

interface Passwords { currentPassword: string, newPassword: string }

/** How often the stored hash may turn out to be another one, as after a login that upgraded it, before the change is given up: each time costs two hashes. */
const TRIES = 3

/**
 * Changes the password of this session's account, ends all other sessions and rotates this one.
 * Others are ended twice. Before the change, so that a crash after it leaves no session that was opened with the old password, and so
 * that of two changes at once the other one finds its session ended before it has changed anything;
 * after it, for logins that had read the account before, and which find that out (openUnlessEndedSince).
 * @throws ServiceError `password_unchanged`, `password_too_common`, `wrong_password`, `invalid_session`, `session_too_young`, `reauthentication_required`, and what a login throws
 */
export async function changePassword (app: FastifyInstance, request: FastifyRequest, passwords: Passwords): Promise<Reopened & { ended: number }> {
  const session = sessionOf(request)
  const { currentPassword, newPassword } = passwords
  assertAllowed(passwords, session.profile)
  await app.youngSessions.assertMayEndAll(session)
  let ended = 0
  for (let i = 0; i < TRIES; i++) {
    const change = await checkOwnPassword(app, request, (admission, isKnown) =>
      app.users.preparePasswordChange(session.profile.email, currentPassword, newPassword, admission, isKnown))
    ended += await app.sessions.endOthers(session, 'password_changed')
    if (!await change.store()) continue
    ended += await app.sessions.endAll(session.userId, session.id, { reason: 'password_changed', actor: session.id })
    return { ...await app.sessions.replace(session, useOf(request)), ended }
  }
  throw serviceError('login_busy', 'The account is being changed again and again. Try again in a moment.')
}

function assertAllowed ({ currentPassword, newPassword }: Passwords, account: { email: string, name: string }): void {
  if (newPassword === currentPassword) throw serviceError('password_unchanged', 'The new password is the current one. Choose another.')
  assertHardToGuess(newPassword, account)
}
