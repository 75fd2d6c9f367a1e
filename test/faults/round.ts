import { randomUUID } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { demo } from '../harness.ts'
import type { Answer, Call } from './client.ts'
import { everyRoute, newcomer, serviceOf, type After, type Route } from './every-route.ts'

/** A request to a route, with a session that no other request uses. */
export interface Attempt {
  route: Route
  send: () => Promise<Answer>
  /** What its session looks like now; everything has to work for that. */
  after: After
}

/** One request to every route, prepared while everything works. `loners` are accounts that nobody else uses. */
export async function prepareRound (call: Call, loners: Iterator<Login>): Promise<Attempt[]> {
  const ask = patient(call)
  const routes = await everyRoute(ask)
  return Promise.all(routes.map(route => prepare(route, { call, ask }, route.who === 'loner' ? loners.next().value : demo[route.who])))
}

export interface Login { email: string, password: string }

const MOST_REPEATS = 40
const REPEAT_MS = 50

/** What prepares and what looks is not what is tried: a machine that stood still makes nothing fail that is repeated. */
function patient (call: Call): Call {
  return async (...request) => {
    for (let repeats = 0; ; repeats++) {
      const answer = await call(...request)
      if (answer.status !== 503 || repeats === MOST_REPEATS) return answer
      await sleep(REPEAT_MS)
    }
  }
}

async function prepare (route: Route, { call, ask }: { call: Call, ask: Call }, login: Login): Promise<Attempt> {
  const credential = await logIn(ask, login)
  const other = await logIn(ask, login)
  for (const place of ['/session/data', ...route.path.startsWith('/me/data') ? ['/me/data'] : []]) {
    const stored = await ask('PATCH', place, { credential, body: { color: 'red', size: 'S' } })
    if (stored.status !== 200) throw new Error(`no data to begin with: ${stored.status} ${stored.text}`)
  }
  if (route.holds === true) {
    const held = [await ask('PUT', '/me/active/streams', { credential, body: {} }), await ask('POST', '/me/leases/streams', { credential })]
    if (held.some(({ status }) => status !== 200)) throw new Error(`nothing to let go of: ${held.map(({ text }) => text).join()}`)
  }
  const userId = Object((await ask('GET', '/me', { credential })).json.user).id
  const userAgent = randomUUID()
  const key = route.isForServices || route.path.includes('{name}') ? await addService(ask, userAgent) : ''
  const path = `${route.path}${route.query ?? ''}`.replace('{key}', 'color').replace('{channel}', 'streams').replace('{sessionId}', other.slice(0, 36)).replace('{userId}', String(userId))
    .replace('{name}', serviceOf(userAgent).name).replace('{keyId}', key.slice(4, 20))
  const sender = route.by === undefined ? credential : await logIn(ask, demo[route.by])
  const body = typeof route.body === 'function' ? route.body(userAgent, credential, String(userId)) : route.body
  const shown = route.isForServices ? { headers: { authorization: `Bearer ${key}`, ...(route.isRepeatable === true && { 'idempotency-key': userAgent }) } } : { credential: sender }
  return {
    route,
    send: () => call(route.method, path, { userAgent, ...(route.isGuarded && shown), ...(body !== undefined && { body }) }),
    after: {
      isAlive: async () => isAlive(await ask('GET', '/session/data', { credential })),
      data: async () => Object((await look(ask, '/session/data', credential)).data),
      idleLeftMs: async () => Number((await look(ask, '/session', credential)).idleExpiresAt) - Date.now(),
      isOtherAlive: async () => isAlive(await ask('GET', '/session', { credential: other })),
      otherName: async () => (await look(ask, '/session', other)).deviceName,
      otherData: async () => Object((await look(ask, '/session/data', other)).data),
      async isLoggedIn () {
        const { sessions } = await look(ask, '/sessions', credential)
        return ([sessions ?? []].flat() as Array<{ userAgent: string }>).some(each => each.userAgent === userAgent)
      },
      hasNewcomer: async () => (await ask('POST', '/login', { body: newcomer(userAgent) })).status === 200,
      shared: () => findShared(ask, credential),
      service: () => findService(ask, userAgent)
    }
  }
}

/** What is shown to a session, or nothing of one that has ended. */
async function look (call: Call, path: string, credential: string): Promise<Answer['json']> {
  const answer = await call('GET', path, { credential })
  return isAlive(answer) ? answer.json : {}
}

/** What the user of a session shares, and what the session holds. */
async function findShared (call: Call, credential: string): ReturnType<After['shared']> {
  const [data, active, leases] = await Promise.all(['/me/data', '/me/active/streams', '/me/leases/streams'].map(path => look(call, path, credential)))
  const holders = [leases?.holders ?? []].flat()
  return { data: Object(data?.data), isActive: active?.current === true, hasLease: holders.some(holder => Object(holder).current) }
}

/** Resolves to its key. */
async function addService (call: Call, unique: string): Promise<string> {
  const credential = await logIn(call, demo.admin)
  // One that was made without an answer is in the way of its repetition.
  const add = () => call('POST', '/admin/callers', { credential, body: serviceOf(unique) })
  let { status, json, text } = await add()
  if (status === 409) {
    await call('DELETE', `/admin/callers/${serviceOf(unique).name}`, { credential });
    ({ status, json, text } = await add())
  }
  if (status !== 201) throw new Error(`no service to begin with: ${status} ${text}`)
  return String(json.key)
}

async function findService (call: Call, unique: string): ReturnType<After['service']> {
  const { json } = await call('GET', '/admin/callers', { credential: await logIn(call, demo.admin) })
  return (json.callers as Array<{ name: string, scopes: string[], keys: object[] }>).find(({ name }) => name === serviceOf(unique).name)
}

function isAlive ({ status, text }: Answer): boolean {
  if (status !== 200 && status !== 401) throw new Error(`cannot look: ${status} ${text}`)
  return status === 200
}

async function logIn (call: Call, login: Login): Promise<string> {
  const { status, json, text } = await call('POST', '/login', { body: login })
  if (status !== 200) throw new Error(`login answered ${status} ${text}`)
  return String(json.sessionId)
}
