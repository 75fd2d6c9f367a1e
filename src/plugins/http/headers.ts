import fp from 'fastify-plugin'

/** Headers of every answer: nothing is stored, sniffed or framed, and no other site is told where a page came from. */
export const safeHeaders = {
  'cache-control': 'no-store',
  'x-content-type-options': 'nosniff',
  'content-security-policy': "default-src 'none'; base-uri 'none'; frame-ancestors 'none'",
  'referrer-policy': 'no-referrer'
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
