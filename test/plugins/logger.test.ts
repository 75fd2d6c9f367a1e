import Fastify, { LogController } from 'fastify'
import t from 'tap'
import { errorForLog, useLog } from '../../src/plugins/logger.ts'

t.test('each request has a log with its id, at each level, and none of them writes what a request carries', async t => {
  const lines: string[] = []
  const app = Fastify({ logController: new LogController({ disableRequestLogging: true }), genReqId: () => 'id-1' })
  useLog(app, 'debug', { write: line => lines.push(String(line)) > 0 })
  const seen: unknown[] = []
  app.get('/', async (request, reply) => {
    const { log } = request
    seen.push(log.level)
    for (const level of ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'] as const) log[level]({ req: request, res: reply }, level)
    log.child({ part: 'child' }).info('of a child')
    log.level = 'error'
    log.warn('not any more')
    return 'ok'
  })
  await app.inject({ url: '/', headers: { 'x-session-id': 's3cret', cookie: 'session=s3cret' } })
  t.strictSame(seen, ['debug'])
  t.strictSame(lines.map(line => JSON.parse(line)).map(({ msg, reqId, part }) => [msg, reqId, part]), [
    ...['fatal', 'error', 'warn', 'info', 'debug'].map(msg => [msg, 'id-1', undefined]), ['of a child', 'id-1', 'child']
  ])
  t.notMatch(lines.join(''), 's3cret')
  t.notMatch(lines.join(''), '"req"')
})

t.test('of an error, only name, message, code and stack are logged', t => {
  const error = Object.assign(new TypeError('broken'), {
    code: 'E1', command: { name: 'evalsha', args: ['s3cret'] }, previousErrors: [new Error('s3cret')], detail: 'Key (email)=(s3cret)', parameters: ['s3cret']
  })
  t.match(errorForLog(error), { type: 'TypeError', message: 'broken', code: 'E1', stack: /TypeError: broken\n/ })
  t.strictSame(Object.keys(errorForLog(error)), ['type', 'message', 'code', 'stack'])
  t.notMatch(JSON.stringify(errorForLog(error)), 's3cret')
  t.end()
})

t.test('so is its cause, and the cause of that', t => {
  const error = new Error('outer', { cause: Object.assign(new Error('inner', { cause: 'a text' }), { args: ['s3cret'] }) })
  t.match(errorForLog(error), { message: 'outer', cause: { message: 'inner', cause: { type: 'string' } } })
  t.notMatch(JSON.stringify(errorForLog(error)), 's3cret')
  t.end()
})

t.test('arguments that Redis repeats are cut off', t => {
  const error = new Error("ERR unknown command 'x', with args beginning with: 's3cret' 'more'")
  t.equal(errorForLog(error).message, "ERR unknown command 'x'")
  t.notMatch(errorForLog(error).stack, 's3cret')
  t.end()
})

t.test('what is no error, or has no stack, is logged as that', t => {
  t.strictSame(errorForLog('s3cret'), { type: 'string', message: 'not an error object', stack: '' })
  t.strictSame(errorForLog(null), { type: 'object', message: 'not an error object', stack: '' })
  const error = new Error('x')
  delete error.stack
  t.equal(errorForLog(error).stack, '')
  t.end()
})
