import pg from 'pg'
import { serviceError } from '../sessions/errors.ts'

/**
 * SQLSTATE classes in which the server refuses or cannot work: connection (08), authorization (28), unknown database (3D),
 * resources (53), operator intervention (57), system (58). PostgreSQL documentation, appendix A.
 */
const refusing = /^(08|28|3D|53|57|58)/

/**
 * What to throw for a failure of the driver: `users_unavailable` when the database is away, silent or refusing, the
 * failure itself when the database answered and disliked the statement (that is a defect, not an outage).
 */
export function databaseError (failure: unknown): unknown {
  if (failure instanceof pg.DatabaseError && !refusing.test(failure.code ?? '')) return failure
  return serviceError('users_unavailable', 'The user database does not answer. Try again in a moment.', { cause: failure })
}
