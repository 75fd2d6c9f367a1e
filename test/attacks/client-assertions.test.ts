import { setTimeout as sleep } from 'node:timers/promises'
import t from 'tap'
import { createKeys } from '../../src/store/keys.ts'
import { privateRedis } from '../faults/private-redis.ts'
import { build, buildAnother } from '../harness.ts'
import { isProblem } from '../routes/problem.ts'
import { addService } from '../routes/service.ts'
import { addSigner, askWith, inSeconds } from '../routes/signer.ts'

t.test('an assertion that somebody has caught is worth nothing on another instance either', async t => {
  const { app, config } = await build(t)
  const other = await buildAnother(t, config)
  const shop = await addSigner(app)
  for (const [first, second] of [[app, other], [other, app]] as const) {
    const text = shop.assertion()
    t.equal((await askWith(first, text)).statusCode, 200)
    for (let i = 0; i < 3; i++) isProblem(t, await askWith(second, text), 401, 'invalid_client_assertion')
  }
})

t.test('of twenty who come with the same one at once, over two instances, exactly one is let in', async t => {
  const { app, config } = await build(t)
  const other = await buildAnother(t, config)
  const shop = await addSigner(app)
  await askWith(other, shop.assertion())
  for (let round = 0; round < 5; round++) {
    const text = shop.assertion()
    const answers = await Promise.all(Array.from({ length: 20 }, (_, i) => askWith(i % 2 === 0 ? app : other, text)))
    t.strictSame(answers.map(({ statusCode }) => statusCode).sort(), [200, ...Array<number>(19).fill(401)])
  }
})

t.test('that it was used is known for longer than it could be, also to an instance whose clock is behind', async t => {
  const { app, config } = await build(t)
  const shop = await addSigner(app)
  const exp = inSeconds(120)
  await askWith(app, shop.assertion({ exp }))
  const [key = ''] = await app.redis.keys(`${createKeys(config.KEY_PREFIX).clientAssertion('*')}`)
  const endsAtMs = await app.redis.pexpiretime(key)
  t.ok(Math.abs(endsAtMs - (exp + 30) * 1000) < 2000, `until ${endsAtMs - exp * 1000} ms after it has expired`)
  t.notMatch(key, /shop/, 'and nobody reads there who used it')
})

t.test('a key that is taken away is worth nothing within a second, on every instance', async t => {
  const { app, config } = await build(t)
  const other = await buildAnother(t, config)
  const shop = await addSigner(app)
  t.equal((await askWith(other, shop.assertion())).statusCode, 200)
  await app.callers.removeKey('shop', shop.kid)
  const removedAtMs = performance.now()
  isProblem(t, await askWith(app, shop.assertion()), 401, 'invalid_client_assertion')
  while ((await askWith(other, shop.assertion())).statusCode !== 401) await sleep(10)
  t.ok(performance.now() - removedAtMs < 1500)
})

t.test('where it cannot be noted that an assertion was used, nobody is let in by one', async t => {
  const redis = await privateRedis(t)
  const { app } = await build(t, { REDIS_URL: redis.url })
  const [shop, secretive] = [await addSigner(app), await addService(app, 'secretive')]
  const kept = shop.assertion()
  await redis.ask('CONFIG', 'SET', 'maxmemory', 1)
  isProblem(t, await askWith(app, kept), 503, 'store_unavailable', 'Redis takes no writes')
  t.equal((await secretive.call('POST', '/v1/introspect', { token: 'x' })).statusCode, 200, 'and who has a key is let in as before')
  await redis.ask('CONFIG', 'SET', 'maxmemory', 0)
  t.equal((await askWith(app, kept)).statusCode, 200, 'it was not used up')
  redis.freeze()
  isProblem(t, await askWith(app, shop.assertion()), 503, 'store_unavailable', 'Redis does not answer')
  isProblem(t, await askWith(app, kept), 503, 'store_unavailable', 'nor is it known that one was used')
  redis.thaw()
  while ((await askWith(app, shop.assertion())).statusCode !== 200) await sleep(20)
  isProblem(t, await askWith(app, kept), 401, 'invalid_client_assertion')
})
