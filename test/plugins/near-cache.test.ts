import t from 'tap'
import { setTimeout as sleep } from 'node:timers/promises'
import { privateRedis } from '../faults/private-redis.ts'
import { build, login } from '../harness.ts'

t.test('switched off there is none', async t => {
  const { app } = await build(t, { NEAR_CACHE_MS: '0' })
  t.equal(app.nearCache, null)
})

t.test('without the rights that it needs the log says what to do, and every validation asks Redis', async t => {
  const redis = await privateRedis(t, 'tcp')
  await redis.ask('ACL', 'SETUSER', 'deaf', 'on', '>s3cret', '~*', '&*', '+@all', '-subscribe')
  const { app, logs } = await build(t, { REDIS_URL: redis.url.replace('//', '//deaf:s3cret@') })
  const isTold = () => logs.map(line => JSON.parse(line)).some(({ level, msg }) => level === 40 && /^no news of changes comes: .*\+publish/.test(msg))
  while (!isTold()) await sleep(5)
  const alice = await login(app)
  for (let i = 0; i < 3; i++) t.equal((await alice.call('GET', '/me')).statusCode, 200)
  t.match([app.nearCache?.isProven(), app.nearCache?.size()], [false, 0])
})
