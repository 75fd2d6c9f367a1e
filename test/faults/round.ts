import { randomUUID } from 'node:crypto'
import { demo } from '../harness.ts'
import type { Answer, Call } from './client.ts'
import { everyRoute, type After, type Route } from './every-route.ts'

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
  const path = route.path.replace('{key}', 'color').replace('{sessionId}', other.slice(0, 36))
  const userAgent = randomUUID()
  return {
    route,
    send: () => call(route.method, path, { userAgent, ...(route.isGuarded && { credential }), ...(route.body !== undefined && { body: route.body }) }),
    async inspect () {
      const [mine, others, list, session] = await Promise.all([
        call('GET', '/session/data', { credential }), call('GET', '/session', { credential: other }), call('GET', '/sessions', { credential }), call('GET', '/session', { credential })
      ])
      const sessions = [list.json.sessions ?? []].flat() as Array<{ userAgent: string }>
      return {
        alive: isAlive(mine),
        otherAlive: isAlive(others),
        data: Object(mine.json.data),
        loggedIn: sessions.some(each => each.userAgent === userAgent),
        idleLeftMs: Number(session.json.idleExpiresAt) - Date.now(),
        otherName: others.json.deviceName
      }
    }
  }
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
