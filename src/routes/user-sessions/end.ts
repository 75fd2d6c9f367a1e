import type { FastifyInstance, FastifyRequest } from 'fastify'
import type { Static } from '@sinclair/typebox'
import { callerOf } from '../../plugins/caller-guard.ts'
import type { SessionFilter } from '../../sessions/filter.ts'
import { assertEverybodyMeant, filterOf } from './filter.ts'
import type { EndAllQuerySchema } from './schemas.ts'

type Asking = Pick<FastifyRequest, 'log' | 'caller'>

/** Why, for the history of whose sessions end. */
export const cause = { reason: 'ended_by_service' as const }

/**
 * Ends the sessions that a query means, or says how many those are.
 * @throws ServiceError `validation_failed` if it does not say whose, `store_unavailable`
 */
export async function endSessions (app: FastifyInstance, request: Asking, { userId, confirm, dryRun, ...query }: Static<typeof EndAllQuerySchema>) {
  const [filter, isDryRun] = [filterOf(query), dryRun === 'true']
  if (userId === undefined || confirm !== undefined) {
    assertEverybodyMeant(userId, confirm, filter)
    return isDryRun ? countEverybodys(app) : endEverybodys(app, request)
  }
  return isDryRun || Object.keys(filter).length > 0 ? endMatching(app, userId, filter, isDryRun) : endAllOf(app, userId)
}

async function endAllOf (app: FastifyInstance, userId: string) {
  const ended = await app.sessions.endAll(userId, null, cause)
  return { message: 'Logged out from all devices' as const, processed: ended, ended, more: false }
}

async function endMatching (app: FastifyInstance, userId: string, filter: SessionFilter, isDryRun: boolean) {
  const { processed, ended, more } = await app.sessions.endMatching(userId, filter, cause, isDryRun)
  return { message: isDryRun ? 'Nothing was ended' as const : 'Sessions ended' as const, processed, ended, more }
}

async function countEverybodys (app: FastifyInstance) {
  return { message: 'Nothing was ended' as const, processed: await app.sessions.countLive(), ended: 0, more: false }
}

/** Who did it is in the log: nobody's history says that it was not theirs alone. */
async function endEverybodys (app: FastifyInstance, request: Asking) {
  const live = await app.sessions.endEverybody()
  request.log.warn({ caller: callerOf(request).name, live }, 'the sessions of everybody were ended')
  return { message: 'Logged out everybody' as const, processed: live, ended: live, more: false }
}
