import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { proofs } from '../proof.ts'
import { explain } from './explain.ts'
import * as schemas from './schemas.ts'

/** What is read of the sessions of everybody. Accounts and keys are for people alone. */
const forOperators = { role: 'admin', orScope: 'admin' } as const

const admin: FastifyPluginAsyncTypebox = async app => {
  app.get('/admin/stats', { config: { ...forOperators, ...proofs.adminStats }, schema: schemas.adminStats }, async () => ({ activeSessions: await app.sessions.countLive() }))

  app.get('/admin/sessions/:sessionId/explain', { config: { ...forOperators, ...proofs.explainSession }, schema: schemas.explainSession }, async ({ params: { sessionId } }) =>
    explain(sessionId, await app.sessions.explain(sessionId)))
}

export default admin
