import fp from 'fastify-plugin'

/** Headers of every answer: nothing is stored, sniffed or framed. Pages have a Referrer-Policy too (plugins/docs.ts); nothing else sends its reader anywhere. */
export const safeHeaders = {
  'cache-control': 'no-store',
  'x-content-type-options': 'nosniff',
  'content-security-policy': "default-src 'none'; base-uri 'none'; frame-ancestors 'none'"
}

/** Sets them, and the id of the request, when an answer is ready. The documentation's pages then put their own Content-Security-Policy over it (plugins/docs.ts). */
export default fp(async app => {
  app.addHook('onSend', (request, reply, _payload, done) => {
    reply.headers(safeHeaders).header('x-request-id', request.id)
    // Not earlier: a request that was running when draining began would keep its connection, and a kept connection holds up the stop.
    if (app.draining.isOn) reply.header('connection', 'close')
    done()
  })
}, { name: 'headers', dependencies: ['draining'] })
