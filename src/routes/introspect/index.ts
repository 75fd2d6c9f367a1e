import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import type { FastifyReply } from 'fastify'
import { callerOf } from '../../plugins/caller-guard.ts'
import { bodyText } from '../../plugins/http/body-text.ts'
import { madeOnce } from '../../sessions/made-once.ts'
import { batchTooLarge } from '../batch-too-large.ts'
import { createFormParser } from './form.ts'
import { activeOf, introspect, introspectAll, type Introspected } from './introspection.ts'
import * as schemas from './schemas.ts'

/** Room for one token and what else a form may say. */
const FORM_BODY_LIMIT = 8192

/** Room for as many as one call may ask about, tokens included. */
const BATCH_BODY_LIMIT = 1024 * 1024

const JSON_TYPE = 'application/json; charset=utf-8'

/** Written once for a verdict that is repeated, of which many ask. */
const textOf = madeOnce((session, reply: FastifyReply) => String(reply.serializeInput(activeOf(session), '200', 'application/json')))

const routes: FastifyPluginAsyncTypebox = async app => {
  // Where this instance repeats no verdict, nobody else should.
  const longestMs = app.nearCache?.lifeMs ?? 0
  app.addSchema(schemas.IntrospectionSchema)
  const parseForm = createFormParser(Object.keys(schemas.IntrospectBodySchema.properties))

  await app.register(async single => {
    single.addContentTypeParser('application/x-www-form-urlencoded', { parseAs: 'buffer', bodyLimit: FORM_BODY_LIMIT }, (request, body: Buffer, done) => parseForm(bodyText(request, body), done))
    single.post('/v1/introspect', { config: { scope: 'sessions:introspect', takesForms: true }, schema: schemas.introspect }, (request, reply) => {
      const { token, include = '' } = request.body as schemas.IntrospectBody
      const found = introspect(app, { caller: callerOf(request), include, longestMs, textOf: session => textOf(session, reply) }, token)
      const answer = ({ body, keepMs }: Introspected): FastifyReply => reply.header('x-keep-ms', String(keepMs)).type(JSON_TYPE).send(body)
      if (found instanceof Promise) return found.then(answer)
      answer(found)
    })
  })

  app.post('/v1/introspect/batch', { config: { scope: 'sessions:introspect', problems: ['batch_too_large'] }, bodyLimit: BATCH_BODY_LIMIT, schema: schemas.introspectBatch }, async (request, reply) => {
    const { tokens, include = '' } = request.body
    const most = include.includes('data') ? schemas.LARGEST_BATCH_WITH_DATA : schemas.LARGEST_BATCH
    if (tokens.length > most) throw batchTooLarge(`The call asks about ${tokens.length} credentials`, 'tokens', tokens.length, most)
    const found = await introspectAll(app, { caller: callerOf(request), include, longestMs }, tokens)
    reply.header('x-keep-ms', String(Math.min(...found.map(({ keepMs }) => keepMs))))
    return { results: found.map(({ body }) => body) }
  })
}

export default routes
