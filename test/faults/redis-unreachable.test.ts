import t from 'tap'
import type { Route } from './every-route.ts'
import { withFault } from './fault.ts'
import { privateRedis, type Transport } from './private-redis.ts'
import { breakableService } from './service.ts'

/** Everything but the answer that the process is alive. */
const isRefused = ({ name }: Route) => !['livez', 'jwks', 'metadata'].includes(name)

for (const transport of ['unix', 'tcp'] satisfies Transport[]) {
  t.test(`when Redis, reached over ${transport}, is away, every route says so in time and works again by itself`, async t => {
    const redis = await privateRedis(t, transport)
    const service = await breakableService(t, { REDIS_URL: redis.url })

    await t.test('stopped', t => withFault(t, service, { inject: redis.stop, repair: redis.start, isRefused }))
    await t.test('killed', t => withFault(t, service, { inject: redis.kill, repair: redis.start, isRefused }))
    await t.test('frozen', t => withFault(t, service, { inject: redis.freeze, repair: redis.thaw, isRefused, mayTakeEffectLate: true }))
  })
}
