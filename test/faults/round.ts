import { randomUUID } from 'node:crypto'
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
  const routes = await everyRoute(call)
  return Promise.all(routes.map(route => prepare(route, call, route.who === 'loner' ? loners.next().value : demo[route.who])))
}

export interface Login { email: string, password: string }

async function prepare (route: Route, call: Call, login: Login): Promise<Attempt> {
  const credential = await logIn(call, login)
  const other = await logIn(call, login)
  const stored = await call('PATCH', '/session/data', { credential, body: { color: 'red', size: 'S' } })
  if (stored.status !== 200) throw new Error(`no data to begin with: ${stored.status} ${stored.text}`)
  const userId = Object((await call('GET', '/me', { credential })).json.user).id
  const userAgent = randomUUID()
  const key = route.isForServices || route.path.includes('{name}') ? await addService(call, userAgent) : ''
  const path = `${route.path}${route.query ?? ''}`.replace('{key}', 'color').replace('{sessionId}', other.slice(0, 36)).replace('{userId}', String(userId))
    .replace('{name}', serviceOf(userAgent).name).replace('{keyId}', key.slice(4, 20))
  const sender = route.by === undefined ? credential : await logIn(call, demo[route.by])
  const body = typeof route.body === 'function' ? route.body(userAgent, credential, String(userId)) : route.body
  const shown = route.isForServices ? { headers: { authorization: `Bearer ${key}`, ...(route.isRepeatable === true && { 'idempotency-key': userAgent }) } } : { credential: sender }
  return {
    route,
    send: () => call(route.method, path, { userAgent, ...(route.isGuarded && shown), ...(body !== undefined && { body }) }),
    async inspect () {
      const [mine, others, list, session, login] = await Promise.all([
        call('GET', '/session/data', { credential }), call('GET', '/session', { credential: other }), call('GET', '/sessions', { credential }), call('GET', '/session', { credential }), call('POST', '/login', { body: newcomer(userAgent) })
      ])
      const sessions = [list.json.sessions ?? []].flat() as Array<{ userAgent: string }>
      return {
        alive: isAlive(mine),
        otherAlive: isAlive(others),
        data: Object(mine.json.data),
        loggedIn: sessions.some(each => each.userAgent === userAgent),
        idleLeftMs: Number(session.json.idleExpiresAt) - Date.now(),
        otherName: others.json.deviceName,
        hasNewcomer: login.status === 200,
        service: route.path.startsWith('/admin/callers') ? await findService(call, userAgent) : undefined
      }
    }
  }
}

/** Resolves to its key. */
async function addService (call: Call, unique: string): Promise<string> {
  const { status, json, text } = await call('POST', '/admin/callers', { credential: await logIn(call, demo.admin), body: serviceOf(unique) })
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
