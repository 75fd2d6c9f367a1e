import t from 'tap'
import { redisUrl } from '../harness.ts'
import type { Route } from './every-route.ts'
import { withFault } from './fault.ts'
import { privatePostgres } from './private-postgres.ts'
import { breakableService } from './service.ts'

/** Whoever is logged in needs no PostgreSQL, unless a password is asked for or accounts are administered. Services need it: what is known of their keys is outdated in a second. */
const isRefused = (route: Route) => ['login', 'reauthenticate', 'changePassword', 'listUsers', 'createUser', 'updateUser', 'deleteUser', 'setUserPassword', 'readyz'].includes(route.name) || route.isForServices || route.path.startsWith('/admin/callers')

t.test('without PostgreSQL nobody can log in, and everybody who is logged in stays so', async t => {
  const postgres = await privatePostgres(t)
  const service = await breakableService(t, { REDIS_URL: redisUrl, DATABASE_URL: postgres.url, DEMO_USERS: 'true' })

  await t.test('stopped', t => withFault(t, service, { inject: postgres.stop, repair: postgres.start, isRefused }))
  await t.test('killed', t => withFault(t, service, { inject: postgres.kill, repair: postgres.start, isRefused }))
  await t.test('frozen', t => withFault(t, service, { inject: postgres.freeze, repair: postgres.thaw, isRefused, mayTakeEffectLate: true }))
})
