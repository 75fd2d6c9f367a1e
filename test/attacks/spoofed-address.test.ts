import type { FastifyInstance } from 'fastify'
import t from 'tap'
import { build, demo } from '../harness.ts'
import { noteCredential } from '../leaks/known.ts'

const wrong = { ...demo.alice, password: 'wrong' }
const real = '203.0.113.7'

/** Everything that some server somewhere believes about where a request came from. */
const claims = (address: string): Record<string, string> => ({
  'x-forwarded-for': address, forwarded: `for=${address}`, 'x-real-ip': address, 'true-client-ip': address, 'cf-connecting-ip': address, 'x-client-ip': address, 'x-cluster-client-ip': address, 'fastly-client-ip': address, 'x-originating-ip': address, 'x-remote-addr': address, 'x-forwarded': address, via: `1.1 ${address}`
})

interface From { remoteAddress: string, headers?: Record<string, string> }

const attempt = (app: FastifyInstance, from: From, payload: object = wrong) => app.inject({ method: 'POST', url: '/login', payload, ...from })

/** The address of a login, as the session and as the log have it. */
async function seenAs ({ app, logs }: Awaited<ReturnType<typeof build>>, from: From): Promise<string> {
  logs.length = 0
  const { sessionId } = (await attempt(app, from, demo.bob)).json<{ sessionId: string }>()
  noteCredential(app, sessionId)
  const { ip } = JSON.parse(logs.find(line => line.includes('"route":"/login"')) ?? '{}')
  const { ipAddress } = (await app.inject({ url: '/session', headers: { 'x-session-id': sessionId } })).json<{ ipAddress: string }>()
  return ip === ipAddress ? ip : `${ip} in the log, ${ipAddress} in the session`
}

const accounts = (i: number) => ({ email: `user${i}@example.com`, password: 'x' })

t.test('without TRUST_PROXY no header has a say: not in the list, not in the log, not in the count of failures', async t => {
  const service = await build(t, { LOGIN_ADDRESS_FAILURES: '5' })
  const { app } = service
  t.equal(await seenAs(service, { remoteAddress: real, headers: claims('6.6.6.6') }), real)
  const statuses: number[] = []
  for (let i = 0; i < 6; i++) statuses.push((await attempt(app, { remoteAddress: real, headers: claims(`198.51.100.${i}`) }, accounts(i))).statusCode)
  t.strictSame(statuses, [401, 401, 401, 401, 401, 429], 'a new claim each time is no new budget')
  t.equal((await attempt(app, { remoteAddress: '198.51.100.3' }, demo.bob)).statusCode, 200, 'and those whose addresses were claimed do not pay for it')
})

t.test('behind a trusted proxy, what the client put before the proxy’s own entry has no say', async t => {
  const service = await build(t, { TRUST_PROXY: '10.0.0.0/8', LOGIN_ADDRESS_FAILURES: '5' })
  const { app } = service
  const proxied = (forged: string): From => ({ remoteAddress: '10.0.0.1', headers: { ...claims('6.6.6.6'), 'x-forwarded-for': `${forged}${real}` } })
  for (const forged of ['', '6.6.6.6, ', '10.9.9.9, ', '127.0.0.1,', '6.6.6.6, 10.1.1.1, 7.7.7.7, ', 'unknown, ', ', , ', '::1, ', `${'6.6.6.6, '.repeat(50)}`]) t.equal(await seenAs(service, proxied(forged)), real, JSON.stringify(forged.slice(0, 40)))
  t.equal(await seenAs(service, { remoteAddress: '10.0.0.1', headers: { 'x-forwarded-for': `6.6.6.6, ${real}, 10.2.2.2` } }), real, 'a second proxy of one’s own is skipped')
  const statuses: number[] = []
  for (let i = 0; i < 6; i++) statuses.push((await attempt(app, proxied(`198.51.100.${i}, `), accounts(i))).statusCode)
  t.strictSame(statuses, [401, 401, 401, 401, 401, 429])
  t.equal((await attempt(app, { remoteAddress: '10.0.0.1', headers: { 'x-forwarded-for': '198.51.100.3' } }, demo.bob)).statusCode, 200)
})

t.test('who goes past the proxy, or claims to be one, is taken for who connected', async t => {
  const service = await build(t, { TRUST_PROXY: '10.0.0.0/8,fd00::/8' })
  for (const forged of ['6.6.6.6', '10.0.0.1', '127.0.0.1', `6.6.6.6, 10.0.0.1, ${real}, 10.0.0.1`]) t.equal(await seenAs(service, { remoteAddress: '192.0.2.9', headers: claims(forged) }), '192.0.2.9', forged)
  t.equal(await seenAs(service, { remoteAddress: '2001:db8::9', headers: claims('fd00::1') }), '2001:db8::9')
  t.equal(await seenAs(service, { remoteAddress: '::ffff:192.0.2.9', headers: claims('6.6.6.6') }), '192.0.2.9')
  t.equal(await seenAs(service, { remoteAddress: '::ffff:10.0.0.1', headers: claims(real) }), real, 'the proxy in its other spelling is the proxy')
})
