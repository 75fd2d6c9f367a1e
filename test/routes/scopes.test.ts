/*
 * Every operation for services alone, as the document has them: it names one scope, which is enough, and without which no other helps.
 */
import { setTimeout as sleep } from 'node:timers/promises'
import type { InjectOptions } from 'fastify'
import t from 'tap'
import { scopes, type Scope } from '../../src/callers/scope.ts'
import { build } from '../harness.ts'
import { isProblem } from './problem.ts'
import { addService, asService } from './service.ts'

interface Operation { security?: Array<Record<string, Scope[]>>, description: string }

t.test('each operation for services names one scope, which is enough, and without which no other helps', async t => {
  const { app } = await build(t)
  const { paths } = (await app.inject('/openapi.json')).json<{ paths: Record<string, Record<string, Operation>> }>()
  const operations = Object.entries(paths).flatMap(([path, methods]) => Object.entries(methods).map(([method, operation]) => ({ path, method, ...operation })))
  const forServices = operations.filter(({ security = [] }) => security.length > 0 && security.every(way => 'serviceKey' in way || 'serviceBasic' in way))
  t.strictSame(forServices.map(({ path }) => path), operations.filter(({ path }) => path.startsWith('/v1/')).map(({ path }) => path))
  t.ok(forServices.length >= 13)

  const keys = new Map<Scope, { only: string, others: string }>()
  for (const [i, scope] of scopes.entries()) {
    const { key: only } = await addService(app, `only-${i}`, { scopes: [scope] })
    const { key: others } = await addService(app, `others-${i}`, { scopes: scopes.filter(other => other !== scope) })
    keys.set(scope, { only, others })
  }

  for (const { path, method, security = [], description } of forServices) {
    const named = new Set(security.flatMap(way => Object.values(way)).flat())
    const [scope = 'admin'] = named
    const title = `${method.toUpperCase()} ${path}: ${scope}`
    t.equal(named.size, 1, title)
    t.ok(security.every(way => Object.values(way).every(all => all.length === 1)), title)
    t.ok(description.startsWith(`Needs a key with the scope \`${scope}\`.`), title)
    const { only = '', others = '' } = keys.get(scope) ?? {}
    const ask = (key: string) => asService(app, key).call(method.toUpperCase() as InjectOptions['method'], path.replace('{sessionId}', 'x'), ['get', 'delete'].includes(method) ? undefined : {})
    const refused = await ask(others)
    isProblem(t, refused, 403, 'insufficient_scope', title)
    t.match(refused.json(), { scope, detail: new RegExp(scope) }, title)
    t.match(refused.headers['www-authenticate'], new RegExp(`error="insufficient_scope", scope="${scope}"`), title)
    let { statusCode } = await ask(only)
    // The feed of revocations may take longer to come up than an answer may.
    for (let left = path === '/v1/revocations' ? 20 : 0; left > 0 && statusCode === 503; left--) {
      await sleep(100)
      ;({ statusCode } = await ask(only))
    }
    t.ok(statusCode === 200 || statusCode === 400, `${title}: ${statusCode} with that scope alone, and a request of which nothing else is right`)
  }
})
