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
  inspect: () => Promise<After>
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
  const stored = await ask('PATCH', '/session/data', { credential, body: { color: 'red', size: 'S' } })
  if (stored.status !== 200) throw new Error(`no data to begin with: ${stored.status} ${stored.text}`)
  const userId = Object((await ask('GET', '/me', { credential })).json.user).id
  const userAgent = randomUUID()
  const key = route.isForServices || route.path.includes('{name}') ? await addService(ask, userAgent) : ''
  const path = `${route.path}${route.query ?? ''}`.replace('{key}', 'color').replace('{sessionId}', other.slice(0, 36)).replace('{userId}', String(userId))
    .replace('{name}', serviceOf(userAgent).name).replace('{keyId}', key.slice(4, 20))
  const sender = route.by === undefined ? credential : await logIn(ask, demo[route.by])
  const body = typeof route.body === 'function' ? route.body(userAgent, credential, String(userId)) : route.body
  const shown = route.isForServices ? { headers: { authorization: `Bearer ${key}`, ...(route.isRepeatable === true && { 'idempotency-key': userAgent }) } } : { credential: sender }
  return {
    route,
    send: () => call(route.method, path, { userAgent, ...(route.isGuarded && shown), ...(body !== undefined && { body }) }),
    async inspect () {
      const [mine, others, list, session, othersData, login] = await Promise.all([
        ask('GET', '/session/data', { credential }), ask('GET', '/session', { credential: other }), ask('GET', '/sessions', { credential }), ask('GET', '/session', { credential }), ask('GET', '/session/data', { credential: other }), ask('POST', '/login', { body: newcomer(userAgent) })
      ])
      const sessions = [list.json.sessions ?? []].flat() as Array<{ userAgent: string }>
      return {
        alive: isAlive(mine),
        otherAlive: isAlive(others),
        data: Object(mine.json.data),
        loggedIn: sessions.some(each => each.userAgent === userAgent),
        idleLeftMs: Number(session.json.idleExpiresAt) - Date.now(),
        otherName: others.json.deviceName,
        otherData: Object(othersData.json.data),
        hasNewcomer: login.status === 200,
        service: route.path.startsWith('/admin/callers') ? await findService(ask, userAgent) : undefined
      }
    }
  }
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

async function findService (call: Call, unique: string): Promise<After['service']> {
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
