import { fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { demoUsers } from '../../src/users/demo.ts'
import { insist } from '../report.ts'

export interface Logins {
  done: number
  /** Told to come again. */
  busy: number
  perSecond: number
}

const program = fileURLToPath(new URL('logins.mjs', import.meta.url))
const [{ email, password } = { email: '', password: '' }] = demoUsers
/** The body of a login of a demo user. */
export const demoLogin = { email, password }

/**
 * Gets `count` logins, of a demo user if nobody else, ready in another process; the result sends them all at once, and with `seconds` each again and again for so long.
 * @throws if any fails otherwise than by `login_busy`
 */
export async function simultaneousLogins (url: string, count: number, seconds = 0, login: object = demoLogin): Promise<() => Promise<Logins>> {
  const child = fork(program, [url, String(count), JSON.stringify(login), String(seconds)], { execArgv: [] })
  await once(child, 'message')
  return async () => {
    child.send('go')
    const [{ ms, outcomes }] = await once(child, 'message') as [{ ms: number, outcomes: string[] }]
    const done = outcomes.filter(outcome => outcome === 'done').length
    const busy = outcomes.filter(outcome => outcome === 'login_busy').length
    insist(done + busy === outcomes.length, `POST /login: ${[...new Set(outcomes)].join(', ')}`)
    return { done, busy, perSecond: 1000 * done / ms }
  }
}

/** The credential of one login. */
export async function logIn (url: string): Promise<string> {
  const response = await fetch(`${url}/login`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(demoLogin) })
  insist(response.ok, `POST /login answered ${response.status}`)
  const { sessionId } = await response.json() as { sessionId: string }
  return sessionId
}
