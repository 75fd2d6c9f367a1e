import type { FastifyPluginAsync } from 'fastify'
import guard from '../plugins/guard.ts'
import activity from './activity/index.ts'
import { EventSchema } from './activity/schemas.ts'
import admin from './admin/index.ts'
import adminUsers from './admin/users/index.ts'
import events from './events/index.ts'
import anonymousSession from './anonymous-session/index.ts'
import documented from './documented.ts'
import adminCallers from './admin/callers/index.ts'
import health from './health/index.ts'
import introspect from './introspect/index.ts'
import login from './login/index.ts'
import me from './me/index.ts'
import { shared } from './schemas.ts'
import sessionData from './session-data/index.ts'
import revocations from './revocations/index.ts'
import session from './session/index.ts'
import sessions from './sessions/index.ts'
import { EndedSchema } from './sessions/schemas.ts'
import tokens from './tokens/index.ts'
import channels from './channels/index.ts'
import userData from './user-data/index.ts'
import userSessions from './user-sessions/index.ts'
import verify from './verify/index.ts'
import wellKnown from './well-known/index.ts'

/** Every route of the API. Inside this scope each is guarded unless it declares itself public. */
const routes: FastifyPluginAsync = async app => {
  for (const schema of [...shared, EndedSchema, EventSchema]) app.addSchema(schema)
  await app.register(guard)
  await app.register(documented)
  for (const resource of [login, anonymousSession, me, session, events, sessionData, userData, channels, sessions, activity, verify, introspect, userSessions, tokens, revocations, wellKnown, admin, adminUsers, adminCallers, health]) await app.register(resource)
}

export default routes
