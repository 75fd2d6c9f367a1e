import fp from 'fastify-plugin'
import { createCallerAdministration, type CallerAdministration } from '../callers/administration.ts'
import { createCallers, type Callers } from '../callers/callers.ts'
import { createCallerRepository } from '../callers/repository.ts'

declare module 'fastify' {
  interface FastifyInstance {
    /** Other services: whose a key is, and what an operator does with them. */
    callers: Pick<Callers, 'authenticate'> & CallerAdministration
  }
}

/** Who else may ask: other services, by their keys in PostgreSQL. */
export default fp(async app => {
  const repository = createCallerRepository(app.database)
  const callers = createCallers({ repository })
  app.addHook('onClose', () => callers.close())
  app.decorate('callers', {
    authenticate: callers.authenticate,
    ...createCallerAdministration({ repository, onChange: callers.forget })
  })
}, { name: 'callers', dependencies: ['database'] })
