import t from 'tap'
import { clientAddress } from '../../../src/plugins/http/client-address.ts'
import { build, login } from '../../harness.ts'

t.test('each address has one spelling', t => {
  const of = (ip: string) => clientAddress({ ip, socket: {} })
  t.equal(of('203.0.113.7'), '203.0.113.7')
  for (const mapped of ['::ffff:203.0.113.7', '::FFFF:203.0.113.7', '0:0:0:0:0:ffff:203.0.113.7', '::ffff:cb00:7107']) t.equal(of(mapped), '203.0.113.7', mapped)
  for (const v6 of ['2001:db8::1', '2001:0DB8:0:0:0:0:0:1', '2001:db8::1%eth0', `2001:db8::1%${'z'.repeat(300)}`]) t.equal(of(v6), '2001:db8::1', v6)
  t.end()
})

t.test('what is no address is not believed: that of the connection counts, if there is one', t => {
  const socket = { remoteAddress: '::ffff:192.0.2.1' }
  for (const ip of [undefined, '', 'unknown', 'x'.repeat(225), '203.0.113.7:80', '[2001:db8::1]', '203.0.113', '_hidden']) t.equal(clientAddress({ ip, socket }), '192.0.2.1', String(ip))
  t.equal(clientAddress({ ip: undefined, socket: {} }), '', 'a Unix socket has none')
  t.end()
})

t.test('junk that a trusted proxy passes on is neither stored nor logged', async t => {
  const { app, logs } = await build(t, { TRUST_PROXY: '127.0.0.1' })
  const addressOf = async (forwarded: string) => {
    const { call } = await login(app, 'alice', { 'x-forwarded-for': forwarded })
    const { ip } = JSON.parse(logs.find(line => line.includes('"route":"/login"')) ?? '')
    logs.length = 0
    t.equal((await call('GET', '/session')).json().ipAddress, ip, 'one rule for both')
    logs.length = 0
    return ip
  }
  t.equal(await addressOf('203.0.113.7'), '203.0.113.7')
  t.equal(await addressOf('::ffff:203.0.113.7'), '203.0.113.7')
  t.equal(await addressOf('x'.repeat(225)), '127.0.0.1')
  t.equal(await addressOf(`fe80::1%${'x'.repeat(225)}`), 'fe80::1')
})
