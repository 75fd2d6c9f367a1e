import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { sessionOf } from '../../plugins/guard.ts'
import type { ErrorCode } from '../../sessions/errors.ts'
import * as schemas from './schemas.ts'

const tags = ['This session']
const writeProblems: ErrorCode[] = ['reserved_key', 'malformed_etag', 'version_conflict', 'data_limit_exceeded']

const sessionData: FastifyPluginAsyncTypebox = async app => {
  app.put('/session/data', {
    config: { problems: writeProblems },
    schema: {
      tags,
      operationId: 'putSessionData',
      summary: 'Store one value',
      description: 'Other keys are untouched, whoever writes them at the same time. Over a cap the answer is 413 and nothing is changed.',
      headers: schemas.IfMatchSchema,
      body: schemas.PutBodySchema,
      response: { 200: schemas.PutAnswerSchema }
    }
  }, async (request, reply) => {
    const { key, value } = request.body
    const { etag } = await app.sessions.setKey(sessionOf(request), key, value, request.headers['if-match'])
    reply.header('etag', etag)
    return { message: 'Session updated' as const, key, value }
  })

  app.patch('/session/data', {
    config: { problems: writeProblems },
    schema: {
      tags,
      operationId: 'patchSessionData',
      summary: 'Merge several values',
      description: 'All of them or none. `null` removes a key.',
      headers: schemas.IfMatchSchema,
      body: schemas.PatchBodySchema,
      response: { 200: schemas.PatchAnswerSchema }
    }
  }, async (request, reply) => {
    const { etag } = await app.sessions.merge(sessionOf(request), request.body, request.headers['if-match'])
    reply.header('etag', etag)
    return { message: 'Session updated' as const, data: request.body }
  })

  app.get('/session/data', {
    schema: {
      tags,
      operationId: 'getSessionData',
      summary: 'Read all values',
      description: 'Everything that was stored in this session, with the ETag that a conditional change needs.',
      response: { 200: schemas.DataAnswerSchema }
    }
  }, async (request, reply) => {
    const { etag, data } = await app.sessions.readData(sessionOf(request))
    reply.header('etag', etag)
    return { data }
  })

  app.get('/session/data/:key', {
    config: { problems: ['reserved_key', 'data_key_not_found', 'data_limit_exceeded'] },
    schema: {
      tags,
      operationId: 'getSessionDataKey',
      summary: 'Read one value',
      description: 'The value with the type that it was stored with.',
      params: schemas.KeyParamsSchema,
      response: { 200: schemas.KeyAnswerSchema }
    }
  }, async (request, reply) => {
    const { key } = request.params
    const { etag, value } = await app.sessions.readKey(sessionOf(request), key)
    reply.header('etag', etag)
    return { key, value }
  })

  app.delete('/session/data/:key', {
    config: { problems: [...writeProblems, 'data_key_not_found'] },
    schema: {
      tags,
      operationId: 'deleteSessionDataKey',
      summary: 'Remove one value',
      description: 'A key that is not there is 404, and nothing is changed.',
      headers: schemas.IfMatchSchema,
      params: schemas.KeyParamsSchema,
      response: { 200: schemas.RemovedAnswerSchema }
    }
  }, async (request, reply) => {
    const { key } = request.params
    const { etag } = await app.sessions.removeKey(sessionOf(request), key, request.headers['if-match'])
    reply.header('etag', etag)
    return { message: 'Session updated' as const, key }
  })
}

export default sessionData
