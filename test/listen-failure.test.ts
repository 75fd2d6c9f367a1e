import t from 'tap'
import { listenFailure } from '../src/listen-failure.ts'

t.test('of a port that is taken a person is told what to do; anything else stays what it is', async t => {
  const where = { variable: 'METRICS_PORT', host: '::1', port: 9464 }
  t.match(listenFailure(Object.assign(new Error('listen'), { code: 'EADDRINUSE' }), where), {
    message: 'Port 9464 on ::1 is in use. Stop what listens there, or choose another one: METRICS_PORT=9465'
  })
  const other = Object.assign(new Error('listen'), { code: 'EACCES' })
  t.equal(listenFailure(other, where), other)
  t.equal(listenFailure('anything', where), 'anything')
})
