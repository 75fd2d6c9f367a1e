/** The cart of examples/cart.mjs, as it stands: nothing that anybody puts in is lost. */
import t from 'tap'
import { buildApp } from '../../src/app.ts'
import { demo, testConfig } from '../harness.ts'
import { assertInvariants } from '../store/invariants.ts'
import { clientOf } from './client.ts'
import { privateRedis } from './private-redis.ts'
import { awaitRecount } from './service.ts'

interface Cart {
  add: (article: string, quantity: number) => Promise<void>
  lines: () => Promise<Record<string, number>>
  merge: (guestId: string, lines: Record<string, number>) => Promise<void>
  bringIn: (guestId: string) => Promise<void>
}

t.test('a cart: phone and laptop at once, a guest who logs in, a logout, and Redis that starts anew', { timeout: 120_000 }, async t => {
  const { createCart } = await import(new URL('../../examples/cart.mjs', import.meta.url).href) as { createCart: (url: string, sessionId: string) => Cart }
  const redis = await privateRedis(t, 'unix', ['--appendfsync', 'always'])
  const config = await testConfig(t, { LOG_LEVEL: 'silent', REDIS_URL: redis.url, REDIS_TIMEOUT_MS: '900', DATABASE_TIMEOUT_MS: '900' })
  const apps = [await buildApp(config), await buildApp(config)]
  const [first = '', second = ''] = await Promise.all(apps.map(app => app.listen({ host: '127.0.0.1', port: 0 })))
  t.teardown(async () => {
    await awaitRecount(config)
    await Promise.all(apps.map(app => app.close()))
    await assertInvariants(config)
  })
  const logIn = async (url: string) => String((await clientOf(url)('POST', '/login', { body: demo.alice })).json.sessionId)
  const sessions = [await logIn(first), await logIn(second)] as const
  const [phone, laptop] = [createCart(first, sessions[0]), createCart(second, sessions[1])]

  await Promise.all(Array.from({ length: 50 }, () => [phone.add('mug', 1), laptop.add('mug', 1), laptop.add('tea', 2), phone.add('tea', -1)]).flat())
  t.strictSame(await phone.lines(), { mug: 100, tea: 50 })

  const guest = { mug: 3, spoon: 2 }
  await Promise.all([phone.merge('guest-1', guest), laptop.merge('guest-1', guest), phone.add('mug', 1), laptop.merge('guest-2', { spoon: 1 })])
  await phone.merge('guest-1', guest)
  t.strictSame(await laptop.lines(), { mug: 104, tea: 50, spoon: 3 }, 'each guest once')

  const anonymous = String((await clientOf(second)('POST', '/session/anonymous', { body: {} })).json.sessionId)
  t.equal((await clientOf(first)('PATCH', '/session/data', { credential: anonymous, body: { 'cart.mug': 1, 'cart.lamp': 2, theme: 'dark' } })).status, 200)
  const tablet = String((await clientOf(second)('POST', '/login', { body: { ...demo.alice, anonymousSession: anonymous } })).json.sessionId)
  for (let i = 0; i < 2; i++) await createCart(first, tablet).bringIn(anonymous.slice(0, 36))
  t.strictSame(await laptop.lines(), { mug: 105, tea: 50, spoon: 3, lamp: 2 }, 'a guest who logs in')
  t.match((await clientOf(first)('GET', '/session/data', { credential: tablet })).json, { data: { theme: 'dark' } })

  for (const [i, url] of [first, second].entries()) t.equal((await clientOf(url)('POST', '/logout', { credential: sessions[i] })).status, 200)
  await t.rejects(phone.lines(), { message: /^invalid_session/ })
  await redis.stop()
  await redis.start()
  let credential = await logIn(first)
  while (credential === 'undefined') credential = await logIn(first)
  t.strictSame(await createCart(first, credential).lines(), { mug: 105, tea: 50, spoon: 3, lamp: 2 })
})
