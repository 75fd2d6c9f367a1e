import { setTimeout as sleep } from 'node:timers/promises'
import fc from 'fast-check'
import type { FastifyInstance, InjectOptions } from 'fastify'
import t, { type Test } from 'tap'
import { demoUsers } from '../../src/users/demo.ts'
import { build, buildAnother, demo } from '../harness.ts'
import { noteCredential } from '../leaks/known.ts'
import { addService, type asService } from '../routes/service.ts'
import { unlimitedLogins } from '../unlimited-logins.ts'

/** Turning the near-cache off changes nothing but how soon another instance knows: each sequence of requests is sent to a service with it and to one without, two instances each. */

const SEQUENCES = 80
const MOST_REQUESTS = 30
/** How long news may take, also on a busy machine; a verdict that lives for longer than that hides no lost news. */
const NEWS_MS = 400

type Method = NonNullable<InjectOptions['method']>

/** Of a service, what was handed out so far, in order: the same place means the same in both. `first` is the place of the first of this sequence. */
interface Side {
  instances: [FastifyInstance, FastifyInstance]
  shop: ReturnType<typeof asService>
  credentials: string[]
  first: number
}

/** `which` is a place among the credentials so far, of the first instance `at` 0 or the second. */
type Step = { which: number, at: number } & (
  | { kind: 'login', who: keyof typeof demo, deviceId: string }
  | { kind: 'read', path: string, header: 'x-session-id' | 'authorization', damage: '' | 'mac' | 'generation' | 'text' }
  | { kind: 'write', method: Method, path: string, payload: object | undefined }
  | { kind: 'end', other: number }
  | { kind: 'reauthenticate', password: string }
  | { kind: 'administer', userId: string, change: object }
  | { kind: 'introspect' }
)

const which = fc.nat({ max: 5 })
const at = fc.nat({ max: 1 })
const common = { which, at }
/** Not the number of live sessions, which each instance tells the others a quarter of a second late, nor the history: sessions that end together do so in the order of their deadlines, and a use that is written later makes another one. */
const pathsRead = ['/me', '/me', '/me', '/session', '/sessions', '/sessions/quota', '/session/data', '/me/data', '/verify', '/admin/users']
const writes: Array<[Method, string, object?]> = [
  ['POST', '/logout'], ['DELETE', '/sessions/all'], ['POST', '/session/rotate'], ['POST', '/session/extend', { seconds: 7200 }],
  ['PATCH', '/session/data', { color: 'blue' }], ['PUT', '/session/data', { key: 'size', value: 3 }], ['DELETE', '/session/data/color'],
  ['PATCH', '/me/data', { theme: 'dark' }], ['POST', '/me/data/operations', { operations: [{ op: 'increment', key: 'count', value: 1 }] }], ['PATCH', '/me/data', { theme: null }]
]

const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 3, arbitrary: fc.record({ ...common, kind: fc.constant('login' as const), who: fc.constantFrom('alice', 'bob', 'admin'), deviceId: fc.constantFrom('', 'tv', 'phone') }) },
  {
    weight: 8,
    arbitrary: fc.record({
      ...common,
      kind: fc.constant('read' as const),
      path: fc.constantFrom(...pathsRead),
      header: fc.constantFrom('x-session-id', 'authorization'),
      damage: fc.oneof({ weight: 8, arbitrary: fc.constant('' as const) }, fc.constantFrom('mac' as const, 'generation' as const, 'text' as const))
    })
  },
  { weight: 4, arbitrary: fc.record({ ...common, kind: fc.constant('write' as const), request: fc.constantFrom(...writes) }).map(({ request: [method, path, payload], ...rest }) => ({ ...rest, method, path, payload })) },
  { weight: 2, arbitrary: fc.record({ ...common, kind: fc.constant('end' as const), other: which }) },
  { weight: 1, arbitrary: fc.record({ ...common, kind: fc.constant('reauthenticate' as const), password: fc.constantFrom(demo.alice.password, demo.alice.password, 'wrong') }) },
  { weight: 1, arbitrary: fc.record({ ...common, kind: fc.constant('administer' as const), userId: fc.constantFrom('1', '2'), change: fc.constantFrom({ name: 'Another Name' }, { roles: ['editor'] }, { roles: [] }, { disabled: true }, { disabled: false }) }) },
  { weight: 2, arbitrary: fc.record({ ...common, kind: fc.constant('introspect' as const) }) }
)

async function sideOf (t: Test, nearCacheMs: string): Promise<Side> {
  const { app, config } = await build(t, { ...unlimitedLogins, NEAR_CACHE_MS: nearCacheMs })
  const instances: Side['instances'] = [app, await buildAnother(t, config)]
  for (const { nearCache } of instances) while (nearCache?.isProven() === false) await sleep(5)
  return { instances, shop: await addService(app, 'shop', { scopes: ['sessions:introspect'] }), credentials: [], first: 0 }
}

/** What a service answers, without what is different each time: moments, ids and what was made by chance. */
async function answer (side: Side, step: Step): Promise<string> {
  const { instances: [one, two], credentials, first } = side
  const app = step.at === 0 ? one : two
  const credentialAt = (place: number) => credentials[first + place % (credentials.length - first)] ?? ''
  const credential = credentialAt(step.which)
  const idAt = (place: number) => credentialAt(place).slice(0, 36)
  const ask = (method: Method, url: string, payload?: object, headers: Record<string, string> = { 'x-session-id': credential }) => app.inject({ method, url, ...(payload !== undefined && { payload }), headers })
  const responses = {
    login: ({ who, deviceId }: Step & { kind: 'login' }) => ask('POST', '/login', { ...demo[who], ...(deviceId && { deviceId }) }, {}),
    read: ({ path, header, damage }: Step & { kind: 'read' }) => {
      const sent = damaged(credential, damage)
      return ask('GET', path, undefined, { [header]: header === 'authorization' ? `Bearer ${sent}` : sent })
    },
    write: ({ method, path, payload }: Step & { kind: 'write' }) => ask(method, path, payload),
    end: ({ other }: Step & { kind: 'end' }) => ask('DELETE', `/sessions/${idAt(other)}`),
    reauthenticate: ({ password }: Step & { kind: 'reauthenticate' }) => ask('POST', '/session/reauthenticate', { password }),
    administer: ({ userId, change }: Step & { kind: 'administer' }) => ask('PATCH', `/admin/users/${userId}`, change),
    introspect: () => side.shop.call('POST', '/v1/introspect', { token: credential })
  }
  const respond = responses[step.kind] as (step: Step) => ReturnType<typeof ask>
  const { statusCode, headers, body } = await respond(step)
  const given = statusCode === 200 ? /"sessionId":"([^"]{37,})"/.exec(body)?.[1] : undefined
  if (given !== undefined) {
    noteCredential(one, given)
    credentials.push(given)
  }
  // How long a verdict is repeated is told to other services.
  const { date: _date, 'x-request-id': _id, 'content-length': _length, 'x-keep-ms': _keepMs, ...others } = headers
  return withoutChance(JSON.stringify([statusCode, others, body]), credentials)
}

function damaged (credential: string, damage: (Step & { kind: 'read' })['damage']): string {
  if (damage === 'mac') return credential.slice(0, -1) + (credential.endsWith('A') ? 'B' : 'A')
  if (damage === 'generation') return credential.replace(/^([^.]*\.)\w/, '$1z')
  return damage === 'text' ? 'no credential at all' : credential
}

function withoutChance (text: string, credentials: string[]): string {
  const withoutProofs = credentials.reduce((text, credential, place) => text.replaceAll(credential, `<credential ${place}>`), text)
  const named = credentials.reduce((text, credential, place) => text.replaceAll(credential.slice(0, 36), `<id ${place}>`), withoutProofs)
  return named
    .replace(/\b1[789]\d{8}(?:\d{3}){0,2}\b/g, '<moment>')
    .replace(/\b20\d\d-\d\d-\d\dT[\d:.]+Z/g, '<moment>')
    .replace(/(\\"(?:deviceToken|credential|nextCursor)\\":\\")[^"\\]+/g, '$1<chance>')
}

const firstLogins = (['alice', 'admin'] as const).map(who => ({ kind: 'login' as const, who, deviceId: '', which: 0, at: 0 }))

const isAway = (answer: string) => answer.startsWith('[503,')

/** Nobody is logged in, and every account may. */
async function begin (side: Side): Promise<void> {
  const { instances: [app], credentials } = side
  for (const { id } of demoUsers) await app.sessions.endAll(String(id))
  for (const id of [1, 2]) await app.users.administration({ endSessions: async () => 0, eraseHistory: async () => {} }).change(id, { disabled: false, roles: [] })
  side.first = credentials.length
}

/** What is read at another instance than the one that changed it is known there when the news has come; what is written is judged by what holds. */
async function answersAlike (on: Side, off: Side, step: Step): Promise<[string, string]> {
  const expected = await answer(off, step)
  let found = await answer(on, step)
  const untilMs = performance.now() + NEWS_MS
  while (found !== expected && (step.kind === 'read' || step.kind === 'introspect') && performance.now() < untilMs) {
    await sleep(2)
    found = await answer(on, step)
  }
  return [found, expected]
}

t.test('with NEAR_CACHE_MS=0 every answer is the one that it is otherwise', async t => {
  const [on, off] = [await sideOf(t, '1000'), await sideOf(t, '0')]
  t.ok(on.instances.every(({ nearCache }) => nearCache !== null))
  t.ok(off.instances.every(({ nearCache }) => nearCache === null))
  const seen = new Map<string, number>()
  let stalls = 0
  await fc.assert(fc.asyncProperty(fc.array(step, { minLength: 5, maxLength: MOST_REQUESTS, size: 'max' }), async steps => {
    for (const side of [on, off]) await begin(side)
    for (const each of [...firstLogins, ...steps]) {
      const [found, expected] = await answersAlike(on, off, each)
      // Where the machine stood still nobody knows what was done.
      if ([found, expected].some(isAway)) {
        stalls++
        return
      }
      if (found !== expected) throw new Error(`${JSON.stringify(each)}:\n  on  ${found}\n  off ${expected}`)
      const outcome = `${each.kind} ${expected.slice(1, 4)}`
      seen.set(outcome, (seen.get(outcome) ?? 0) + 1)
    }
  }), { numRuns: SEQUENCES, endOnFailure: true })
  t.ok(stalls <= SEQUENCES / 10, `${stalls} sequences broken off`)
  for (const outcome of ['login 200', 'read 200', 'read 401', 'read 403', 'write 200', 'write 401', 'end 200', 'end 404', 'reauthenticate 200', 'administer 200', 'administer 403', 'introspect 200']) t.ok(seen.has(outcome), `${outcome}: ${seen.get(outcome)} times`)
})
