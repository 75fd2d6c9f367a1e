import { connect } from 'node:net'
import { once } from 'node:events'
import { examplePublicKey } from '../../src/routes/examples.ts'
import type { Answer, Call, Sent } from '../faults/client.ts'
import { secretOf, secretsOfCredential, type Secret } from './secret.ts'

/** An answer of the service, what asked for it, and what it may hold because it was asked for exactly that. */
export interface Heard { name: string, answer: string, allowed: Secret[] }

/** A canary for each place of a request; the numbers make them different from run to run. */
export interface Canaries { password: string, wrongPassword: string, newPassword: string, value: string, body: string, query: string, cookie: string, header: string, deviceId: string, idempotencyKey: string }

export interface Account { email: string, password: string }

/** Asks everything that can be asked, with canaries in every place; keeps what it heard. */
export function createVisitor (call: Call, port: number, canaries: Canaries) {
  const heard: Heard[] = []
  const issued: string[] = []
  const deviceTokens: string[] = []
  let serviceKey = ''
  const ofValues = [secretOf('value', canaries.value)]

  async function ask (method: string, path: string, sent: Sent = {}): Promise<Answer> {
    const answer = await call(method, path, { ...sent, headers: { cookie: `session=${canaries.cookie}`, ...sent.headers } })
    const holdsValues = /^\/session\/data/.test(path) && answer.status === 200
    heard.push({ name: `${method} ${path} ${answer.status}`, answer: textOf(answer), allowed: holdsValues ? ofValues : [] })
    return answer
  }

  async function logIn (account: Account, device: object = {}): Promise<string> {
    const { status, json } = await ask('POST', '/login', { body: { ...account, ...device } })
    if (status === 200) {
      issued.push(String(json.sessionId))
      deviceTokens.push(String(json.deviceToken))
    }
    return String(json.sessionId)
  }

  /** The credential that takes the place of another one. */
  async function reopen (path: string, credential: string, body: object): Promise<string> {
    const { status, json } = await ask('POST', path, { credential, body })
    if (status === 200) issued.push(String(json.sessionId))
    return String(json.sessionId)
  }

  /** To another password and back. */
  async function changePassword ({ email, password }: Account): Promise<void> {
    const { newPassword } = canaries
    const first = await logIn({ email, password })
    const second = await reopen('/me/password', first, { currentPassword: password, newPassword })
    const third = await reopen('/me/password', second, { currentPassword: newPassword, newPassword: password })
    await ask('GET', '/me', { credential: first })
    await ask('POST', '/logout', { credential: third })
  }

  /** As a browser does it: the credential is in the cookie that comes back. */
  async function byCookie (account: Account): Promise<void> {
    const own = { 'sec-fetch-site': 'same-origin' }
    const { headers } = await ask('POST', '/login', { body: { ...account, cookie: true }, headers: own })
    const [cookie = ''] = String(headers.get('set-cookie')).split(';')
    if (headers.has('set-cookie')) issued.push(cookie.replace(/^.*=/, ''))
    await ask('GET', '/me', { headers: { cookie } })
    await ask('GET', '/me', { headers: { cookie: `${cookie}; __Host-session=${canaries.cookie}` } })
    await ask('GET', '/me', { headers: { cookie: `__Host-session=${canaries.cookie}` } })
    await ask('POST', '/logout', { headers: { cookie, 'sec-fetch-site': 'cross-site' } })
    await ask('POST', '/logout', { headers: { cookie, ...own } })
    await ask('GET', '/me', { headers: { cookie } })
  }

  /** As a service that opens sessions and repeats what it asks for; an administrator gives it its key. */
  async function asService (credential: string): Promise<void> {
    if (serviceKey === '') serviceKey = String((await ask('POST', '/admin/callers', { credential, body: { name: 'shop', scopes: ['sessions:create'] } })).json.key ?? '')
    const open = async (userId: string, idempotencyKey: string) => {
      const { status, json } = await ask('POST', '/v1/sessions', { body: { userId }, headers: { authorization: `Bearer ${serviceKey}`, 'idempotency-key': idempotencyKey } })
      if (status === 201) issued.push(String(json.sessionId))
    }
    const { idempotencyKey } = canaries
    for (const given of [idempotencyKey, `"${idempotencyKey}"`, `"${idempotencyKey}`]) await open('customer', given)
    await open('somebody-else', idempotencyKey)
  }

  /** A good request to every route; whatever it answers. */
  async function everyRoute (account: Account): Promise<void> {
    const [credential, other] = [await logIn(account), await logIn(account)]
    const guarded = (method: string, path: string, body?: unknown) => ask(method, path, { credential, ...(body !== undefined && { body }) })
    await guarded('GET', '/me')
    await guarded('PUT', '/session/data', { key: 'note', value: canaries.value })
    await guarded('PATCH', '/session/data', { nested: { deep: [canaries.value] }, gone: canaries.value })
    for (const path of ['/session/data', '/session/data/note', '/session', '/sessions', '/sessions?limit=1', '/admin/stats', '/admin/users', '/livez', '/readyz', '/openapi.json']) await guarded('GET', path)
    await logIn(account, { deviceId: canaries.deviceId, deviceToken: deviceTokens.at(-1) })
    await guarded('PATCH', `/sessions/${other.slice(0, 36)}`, { deviceName: 'TV' })
    await guarded('GET', '/sessions')
    await guarded('DELETE', '/session/data/gone')
    await guarded('DELETE', `/sessions/${other.slice(0, 36)}`)
    await guarded('DELETE', '/sessions/all?except=current')
    await asService(credential)
    const { json: { sessionId: anonymous } } = await ask('POST', '/session/anonymous', { body: {} })
    if (anonymous !== undefined) issued.push(String(anonymous))
    await ask('PUT', '/session/data', { credential: String(anonymous), body: { key: 'note', value: canaries.value } })
    await ask('GET', '/me', { credential: String(anonymous) })
    await logIn(account, { anonymousSession: anonymous })
    const reopened = await reopen('/session/reauthenticate', credential, { password: account.password })
    await guarded('GET', '/me')
    await ask('POST', '/logout', { credential: reopened })
    await ask('GET', '/me', { credential: reopened })
    await byCookie(account)
  }

  /** Every kind of error. */
  async function everyError (account: Account): Promise<void> {
    const credential = await logIn(account)
    const { query, body, header, value, wrongPassword, newPassword } = canaries
    await ask('POST', '/login', { body: { email: account.email, password: wrongPassword } })
    await ask('POST', '/login', { body: { email: 'nobody@example.com', password: wrongPassword } })
    await ask('POST', '/login', { body: { email: body, password: wrongPassword } })
    await ask('POST', '/login', { body: { ...account, extra: body } })
    await ask('POST', '/login', { body: { email: account.email, password: wrongPassword, deviceId: canaries.deviceId, deviceToken: deviceTokens.at(-1) } })
    await ask('POST', '/login', { body: { ...account, deviceId: canaries.deviceId.repeat(10), deviceToken: [deviceTokens.at(-1)] } })
    await ask('POST', '/login', { body: { email: account.email, password: [wrongPassword] } })
    await ask('POST', '/login', { body: { email: account.email, password: wrongPassword.repeat(60) } })
    await ask('POST', '/login', { text: `{"password":"${wrongPassword}` })
    await ask('POST', '/login', { text: `{"__proto__":{"password":"${wrongPassword}"}}` })
    await ask('POST', '/login', { text: wrongPassword, headers: { 'content-type': 'text/plain' } })
    await ask('POST', '/login', { body: { password: wrongPassword.repeat(5000) } })
    await ask('POST', '/session/reauthenticate', { credential, body: { password: wrongPassword } })
    await ask('POST', '/session/reauthenticate', { credential, body: { password: [wrongPassword] } })
    await ask('POST', '/me/password', { credential, body: { currentPassword: wrongPassword, newPassword: wrongPassword } })
    await ask('POST', '/me/password', { credential, body: { currentPassword: wrongPassword, newPassword: account.email } })
    await ask('POST', '/me/password', { credential, body: { currentPassword: wrongPassword, newPassword } })
    for (const password of [wrongPassword, newPassword, [newPassword], newPassword.repeat(60)]) {
      await ask('POST', '/admin/users', { credential, body: { email: account.email, name: 'Twice', password } })
      await ask('POST', '/admin/users/4/password', { credential, body: { password } })
    }
    await ask('PUT', '/session/data', { credential, body: { key: 'big', value: value.repeat(500) } })
    await ask('PUT', '/session/data', { credential, body: { key: 'constructor', value } })
    await ask('PUT', '/session/data', { credential, body: { key: 'note', value }, headers: { 'if-match': '"77"' } })
    await ask('PUT', '/session/data', { credential, body: { key: 'note', value }, headers: { 'if-match': header } })
    await ask('POST', '/v1/introspect', { body: { token: credential }, headers: { authorization: `Bearer ssk_0000000000000000_${header}` } })
    await ask('POST', '/v1/introspect', { body: { token: credential }, headers: { authorization: `Basic ${Buffer.from(`shop:${header}`).toString('base64')}` } })
    await ask('POST', '/v1/introspect', { body: { token: credential }, headers: { authorization: `Bearer eyJhbGciOiJFUzI1NiJ9.eyJpc3MiOiJzaG9wIn0.${header}` } })
    for (const publicKey of [{ ...examplePublicKey, d: body }, { ...examplePublicKey, x: body }, { ...examplePublicKey, d: body, kty: 'RSA' }]) await ask('POST', '/admin/callers', { credential, body: { name: 'signer', scopes: ['admin'], publicKey } })
    await ask('GET', `/me?token=${query}`, { credential })
    await ask('GET', `/sessions?cursor=${query}`, { credential })
    await ask('GET', `/nowhere?token=${query}`, { credential })
    await ask('TRACE', `/me?token=${query}`).catch(() => { /* fetch itself refuses this one */ })
    await ask('POST', `/me?token=${query}`, { credential })
    await ask('GET', `/%zz?token=${query}`, { credential })
    await ask('GET', `/openapi.json?token=${query}`)
    await ask('DELETE', `/sessions/${credential}`, { credential })
    await ask('GET', `/sessions/${credential}`, { credential })
    await ask('GET', `/${credential}`, { credential })
    for (const spelling of encodingsOf(credential)) {
      await ask('DELETE', `/sessions/${spelling}`, { credential })
      await ask('GET', `/nowhere/${spelling}`, { credential })
      await ask('GET', `/session/data/${spelling}`, { credential })
      await ask('POST', `/session/data/${spelling}`, { credential })
      await ask('GET', `/%ff/${spelling}`, { credential })
      await ask('GET', `/docs/static/${spelling}`)
    }
    await ask('GET', '/me', { credential: header })
    await ask('GET', '/me', { credential: `${credential.slice(0, -1)}~` })
    await ask('GET', '/me', { credential, headers: { authorization: `Bearer ${header}` } })
    await ask('GET', '/me', { headers: { authorization: `Basic ${Buffer.from(`user:${header}`).toString('base64')}` } })
    await ask('GET', '/me', { credential, headers: { 'x-request-id': `not well-formed ${header}` } })
    const absolute = ['/me', '/nowhere', '/%zz', ''].map(path => `GET http://user:${header}@localhost${path} HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n`)
    for (const bytes of [...absolute, `GET /me?token=${query} HTTP/9.9\r\n\r\n`, `${header}\r\n\r\n`, `GET /me HTTP/1.1\r\nhost: a\r\nx-session-id: ${header}${'x'.repeat(40_000)}\r\n\r\n`]) {
      heard.push({ name: 'bytes of our own', answer: await raw(port, bytes), allowed: [] })
    }
  }

  return {
    everyRoute,
    everyError,
    changePassword,
    heard,
    secrets: () => [...issued.flatMap((credential, i) => secretsOfCredential(`credential ${i}`, credential)), ...deviceTokens.flatMap((token, i) => secretsOfCredential(`device token ${i}`, token))]
  }
}

/** What hands out a credential, in the body or in the cookie. */
const handingOut = ['Login successful', 'Password confirmed', 'Password changed', 'Session opened']

/** Headers and body; without the credential and the device token where they are handed out. */
function textOf ({ headers, json, text }: Answer): string {
  const isHandedOut = handingOut.includes(String(json.message))
  const shown = [...headers].map(([name, value]) => isHandedOut && name === 'set-cookie' ? [name, value.replace(/=[^;]*/, '')] : [name, value])
  return `${JSON.stringify(shown)}\n${isHandedOut ? text.replace(String(json.sessionId), '').replace(String(json.deviceToken), '') : text}`
}

/** The same text in a URL: its dots encoded, its underscores and dashes too, all of that twice, and every character. */
function encodingsOf (credential: string): string[] {
  const dots = credential.replaceAll('.', '%2E')
  const signs = dots.replaceAll('_', '%5F').replaceAll('-', '%2D')
  const all = [...credential].map(character => `%${character.charCodeAt(0).toString(16)}`).join('')
  return [dots, signs, signs.replaceAll('%', '%25'), all]
}

async function raw (port: number, bytes: string): Promise<string> {
  const socket = connect(port, '127.0.0.1')
  let answer = ''
  socket.on('data', chunk => { answer += chunk }).on('error', () => { /* closed on us: that is an answer too */ })
  socket.end(bytes)
  await once(socket, 'close')
  return answer
}
