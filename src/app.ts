import type { Server } from 'node:http'
import Fastify, { LogController, type FastifyHttpOptions, type FastifyInstance } from 'fastify'
import fp from 'fastify-plugin'
import { trustedProxies, type ServiceConfig } from './config.ts'
import anonymousSessions from './plugins/anonymous-sessions.ts'
import binding from './plugins/binding.ts'
import cookieMode from './plugins/cookie-mode.ts'
import changes from './plugins/changes.ts'
import callers from './plugins/callers.ts'
import database from './plugins/database.ts'
import docs from './plugins/docs.ts'
import events from './plugins/events.ts'
import { buildSerializer, buildValidator } from './plugins/http/compilers.ts'
import cors from './plugins/http/cors.ts'
import draining from './plugins/http/draining.ts'
import errors from './plugins/http/errors.ts'
import headers from './plugins/http/headers.ts'
import jsonBody from './plugins/http/json-body.ts'
import methods from './plugins/http/methods.ts'
import newcomers from './plugins/http/newcomers.ts'
import invalidCredentials from './plugins/invalid-credentials.ts'
import idempotency from './plugins/idempotency.ts'
import loginThrottle from './plugins/login-throttle.ts'
import metrics from './plugins/metrics.ts'
import redis from './plugins/redis.ts'
import protocol from './plugins/http/protocol.ts'
import { createRequestIds } from './plugins/http/request-ids.ts'
import turns from './plugins/http/turns.ts'
import requestLog from './plugins/http/request-log.ts'
import sessions from './plugins/sessions.ts'
import tokens from './plugins/tokens.ts'
import users from './plugins/users.ts'
import youngSessions from './plugins/young-session.ts'
import { useLog, type LogStream } from './plugins/logger.ts'
import { answerUnreadable, answerUnroutable } from './plugins/http/unroutable.ts'
import revocations from './plugins/revocations.ts'
import { asyncApi } from './routes/events/asyncapi.ts'
import routes from './routes/index.ts'

/** The whole service as one plugin; the process around it is server.ts. */
const service = fp<{ config: ServiceConfig }>(async (app, { config }) => {
  // Before whatever else listens for connections.
  await app.register(newcomers)
  await app.register(draining)
  await app.register(methods)
  await app.register(errors)
  await app.register(turns, { hook: 'onSend' })
  await app.register(headers, { config })
  // Before whatever answers by itself: every answered request counts.
  await app.register(metrics, { config })
  await app.register(turns, { hook: 'onRequest' })
  await app.register(protocol)
  await app.register(cors, { config })
  await app.register(jsonBody)
  await app.register(requestLog, { config })
  await app.register(docs)
  const { measured } = app
  await Promise.all([app.register(redis, { config }), app.register(database, { config, measured })])
  await app.register(users, { config, measured })
  await app.register(tokens, { config })
  await app.register(callers, { config })
  await app.register(changes, { config })
  await app.register(sessions, { config, measured })
  await app.register(revocations, { config })
  await app.register(events, { config })
  await app.register(loginThrottle, { config })
  await app.register(youngSessions, { config })
  await app.register(invalidCredentials, { config })
  await app.register(anonymousSessions, { config })
  await app.register(binding, { config })
  await app.register(idempotency, { config })
  await app.register(cookieMode, { config })
  await app.register(routes)
  app.get('/openapi.json', { schema: { hide: true }, config: { public: true } }, async () => app.swagger())
  app.get('/asyncapi.json', { schema: { hide: true }, config: { public: true } }, async () => asyncApi)
  app.answerUnknown()
}, { name: 'service' })

/**
 * Builds the service, connected and ready; `close()` lets running requests finish and closes everything that it opened.
 * @throws within about ten seconds if Redis or PostgreSQL is not reachable; the message says which and what to check. Nothing is left open then.
 */
export async function buildApp (config: ServiceConfig, options: { logStream?: LogStream } = {}): Promise<FastifyInstance> {
  const app: FastifyInstance = Fastify(serverOptions(config))
  useLog(app, config.LOG_LEVEL, options.logStream)
  try {
    await app.register(service, { config })
    await app.ready()
    return app
  } catch (error) {
    await app.close()
    throw error
  }
}

function serverOptions (config: ServiceConfig): FastifyHttpOptions<Server> {
  return {
    logController: new LogController({ disableRequestLogging: true }),
    genReqId: createRequestIds(),
    trustProxy: trustedProxies(config.TRUST_PROXY),
    bodyLimit: 4 * config.DATA_MAX_BYTES,
    // Beyond what Node reads as a request line, so that the cap on data keys answers for a long one.
    routerOptions: { maxParamLength: 16_384 },
    frameworkErrors: answerUnroutable(config.CAPTURE_ADDRESS),
    clientErrorHandler: answerUnreadable(config.CAPTURE_ADDRESS),
    // Looked for by plugins/http/protocol.ts.
    http: { requireHostHeader: false },
    // Redis and PostgreSQL have deadlines of their own, with a better message.
    pluginTimeout: 0,
    requestTimeout: 10_000,
    keepAliveTimeout: 72_000,
    return503OnClosing: false,
    schemaController: { compilersFactory: { buildSerializer, buildValidator } },
    // That each schema is one is for the tests and the linter of the document to see, not for each start.
    ajv: { customOptions: { coerceTypes: false, removeAdditional: false, allErrors: true, validateSchema: false } }
  }
}
