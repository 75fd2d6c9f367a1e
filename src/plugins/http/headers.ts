import fp from 'fastify-plugin'

/** Headers of every answer: nothing is stored, sniffed or framed. Pages have a Referrer-Policy too (plugins/docs.ts); nothing else sends its reader anywhere. */
export const safeHeaders = {
  'cache-control': 'no-store',
  'x-content-type-options': 'nosniff',
  'content-security-policy': "default-src 'none'; base-uri 'none'; frame-ancestors 'none'"
}

/** Sets them, and the id of the request. The documentation's pages bring their own Content-Security-Policy (plugins/docs.ts). */
export default fp(async app => {
  app.addHook('onRequest', (request, reply, done) => {
    reply.header('x-request-id', request.id).headers(safeHeaders)
    done()
  })
  // Not earlier: a request that was running when draining began would keep its connection, and a kept connection holds up the stop.
  app.addHook('onSend', (_request, reply, _payload, done) => {
    if (app.draining.isOn) reply.header('connection', 'close')
    done()
  })
}, { name: 'headers', dependencies: ['draining'] })
