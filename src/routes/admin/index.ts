import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { proofs } from '../proof.ts'
import * as schemas from './schemas.ts'

const admin: FastifyPluginAsyncTypebox = async app => {
  app.get('/admin/stats', { config: { role: 'admin', ...proofs.adminStats }, schema: schemas.adminStats }, async () => ({ activeSessions: await app.sessions.countLive() }))
}

export default admin
