import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { proofs } from '../proof.ts'
import { explain } from './explain.ts'
import * as schemas from './schemas.ts'

const admin: FastifyPluginAsyncTypebox = async app => {
  app.get('/admin/stats', { config: { role: 'admin', ...proofs.adminStats }, schema: schemas.adminStats }, async () => ({ activeSessions: await app.sessions.countLive() }))

  app.get('/admin/sessions/:sessionId/explain', { config: { role: 'admin', ...proofs.explainSession }, schema: schemas.explainSession }, async ({ params: { sessionId } }) =>
    explain(sessionId, await app.sessions.explain(sessionId)))
}

export default admin
