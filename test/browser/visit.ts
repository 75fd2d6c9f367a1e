import assert from 'node:assert/strict'
import type { DocsPage, Shown } from './docs-page.ts'

type Step = (sentence: string, work: () => Promise<void>) => Promise<void>

const admin = { email: 'admin@example.com', password: 'admin789' }
const bob = { email: 'bob@example.com', password: 'secret456' }

/** The way of a visitor through /docs, from the first look to the last log-out. */
export async function visit (docs: DocsPage, origin: string, step: Step): Promise<void> {
  /** Executes an operation as it stands on the page and compares the status that the page shows. */
  const tries = (operationId: string, status: number, input?: Parameters<DocsPage['execute']>[1], includes = '') =>
    step(`${operationId} answers ${status}${includes && ` with ${includes}`}`, async () => {
      const shown = await docs.execute(operationId, input)
      assert.equal(shown.status, status, shown.body)
      assert.ok(shown.body.includes(includes), shown.body)
    })
  const logIn = async (body?: object): Promise<string> => credentialOf(await docs.execute('login', body && { body }))

  await step('the page shows every operation, in seven groups', async () => {
    assert.deepEqual(await docs.groups(), ['Log in', 'This session', 'Shared by my devices', 'My devices', 'Gateways', 'Other services', 'Operation'])
    assert.equal(await docs.operations(), 68)
    assert.deepEqual(await docs.violations(), [])
  })
  await step('Authorize offers the session id first, then Bearer, then the cookie, then what services have', async () => {
    assert.deepEqual(await docs.offers(), ['sessionId', 'bearer', 'cookie', 'serviceKey', 'serviceBasic'])
  })
  await step('what is typed when the dialog has opened is the session id', async () => {
    assert.deepEqual(await docs.typeIntoDialog('pasted'), { field: 'pasted', isOnScreen: true })
  })
  await tries('me', 401, {}, 'No session ID provided')
  await tries('livez', 200, {}, 'ok')
  await tries('readyz', 200, {}, 'postgres')
  await tries('openAnonymousSession', 200, {}, 'Session opened')
  await step('the example of POST /login logs alice in, and her sessionId authorizes the page', async () => {
    await docs.authorize('sessionId', await logIn())
  })
  await tries('me', 200, {}, 'alice@example.com')
  await step('an operation that is tried as it stands names no device', async () => {
    const { 'x-session-id': credential, 'x-device-id': device } = await docs.headersOf('me')
    assert.deepEqual([credential?.length, device], [103, undefined])
  })
  await tries('getSession', 200, {}, 'Chrome')
  await tries('verify', 200, {}, 'sessionId')
  await tries('extendSession', 200, {}, 'Session extended')
  await tries('issueEventTicket', 200, {}, 'ticket')
  await tries('liveEvents', 200, {}, '"ready"')
  await tries('issueToken', 400, {}, 'audience_not_allowed')
  await tries('jwks', 200, {}, 'Ed25519')
  await tries('metadata', 200, {}, '/v1/introspect')
  await tries('rotateSession', 200, {}, 'Session rotated')
  await step('the password proves who it is, and the new sessionId authorizes the page', async () => {
    await docs.authorize('sessionId', credentialOf(await docs.execute('reauthenticate')))
  })
  await tries('reauthenticate', 401, { body: { password: 'wrong' } }, 'wrong_password')
  await tries('putSessionData', 200, {}, 'cartItems')
  await tries('getSessionData', 200, {}, 'cartItems')
  await tries('getSessionDataKey', 200, {}, '"3"')
  await tries('patchSessionData', 200, {}, 'theme')
  await tries('putSessionData', 412, { params: { 'if-match': '"1"' } }, 'version_conflict')
  await tries('deleteSessionDataKey', 200, { params: { key: 'theme' } }, 'theme')
  await tries('putUserData', 200, {}, 'cartItems')
  await tries('getUserData', 200, {}, 'cartItems')
  await tries('getUserDataKey', 200, {}, '"3"')
  await tries('patchUserData', 200, {}, 'theme')
  await tries('changeUserData', 200, {}, 'track-9')
  await tries('deleteUserDataKey', 200, { params: { key: 'theme' } }, 'theme')
  await tries('takeActive', 200, {}, 'track-9')
  await tries('getActive', 200, {}, 'track-9')
  await tries('releaseActive', 200, {}, 'Channel released')
  for (const operation of ['takeLease', 'getLeases', 'releaseLease']) await tries(operation, 404, {}, 'channel_not_found')
  await tries('adminStats', 403, {}, 'forbidden')
  await step('another device of alice is in her list, is named and is ended from here', async () => {
    const id = await logInElsewhere(origin)
    const list = await docs.execute('listSessions')
    assert.equal(list.status, 200)
    assert.ok(list.body.includes(id), list.body)
    const named = await docs.execute('renameSession', { params: { sessionId: id } })
    assert.equal(named.status, 200, named.body)
    assert.ok((await docs.execute('listSessions')).body.includes('TV in the bedroom'))
    assert.equal((await docs.execute('endSession', { params: { sessionId: id } })).status, 200)
    assert.ok((await docs.execute('sessionActivity', { params: { sessionId: id } })).body.includes('ended_by_user'))
  })
  await tries('showQuota', 200, {}, 'evict-oldest')
  await tries('myActivity', 200, {}, 'data_changed')
  await tries('listSessions', 200, { params: { ended: 'true' } }, 'ended_by_user')
  await tries('logout', 200, {}, 'Logged out successfully')
  await tries('me', 401, {}, 'Invalid or expired session')
  await step('Bearer authorizes the page as well', async () => {
    await docs.authorize('bearer', await logIn(bob))
  })
  await tries('me', 200, {}, 'bob@example.com')
  await tries('changePassword', 400, { body: { currentPassword: bob.password, newPassword: 'iloveyou' } }, 'password_too_common')
  await step('bob changes his password, and the new sessionId authorizes the page', async () => {
    await docs.authorize('bearer', credentialOf(await docs.execute('changePassword', { body: { currentPassword: bob.password, newPassword: 'seven otters sing' } })))
  })
  await tries('me', 200, {}, 'bob@example.com')
  await step('an administrator authorizes', async () => {
    await docs.authorize('bearer', await logIn(admin))
  })
  await tries('adminStats', 200, {}, 'activeSessions')
  await tries('explainSession', 200, { params: { sessionId: '00000000-0000-4000-8000-000000000000' } }, 'unknown')
  await tries('listUsers', 200, {}, 'alice@example.com')
  await tries('createUser', 201, {}, 'zoe@example.com')
  await tries('createUser', 409, {}, 'email_taken')
  await tries('updateUser', 200, {}, '"disabled": true')
  await tries('updateUser', 409, { params: { userId: '3' } }, 'own_account')
  await tries('setUserPassword', 200, {}, 'Password set')
  await tries('deleteUser', 200, {}, 'User deleted')
  await tries('deleteUser', 404, {}, 'user_not_found')
  await tries('deleteUser', 409, { params: { userId: '3' } }, 'own_account')
  let key = ''
  await step('a service gets a key, is listed with it, and may ask for more', async () => {
    const { status, body } = await docs.execute('createCaller')
    assert.equal(status, 201, body)
    const [found = ''] = /ssk_\w+-?[\w-]*/.exec(body) ?? []
    key = found
    assert.ok((await docs.execute('listCallers')).body.includes(key.slice(4, 20)))
    assert.equal((await docs.execute('updateCaller')).status, 200)
    assert.equal((await docs.execute('addCallerKey')).status, 201)
    assert.equal((await docs.execute('addCallerKey')).status, 409)
  })
  await tries('createCaller', 409, {}, 'caller_name_taken')
  await tries('introspect', 401, {}, 'no_service_key')
  await step('the key authorizes the page', async () => {
    await docs.authorize('serviceKey', key)
  })
  await tries('introspect', 200, {}, '"active": false')
  await tries('introspectBatch', 200, {}, '"active": false')
  await tries('revocations', 200, {}, '"revocations"')
  await tries('listUserSessions', 200, {}, '"count"')
  await tries('showUserSession', 404, { params: { sessionId: '00000000-0000-4000-8000-000000000000' } }, 'session_not_found')
  await tries('openUserSession', 403, {}, 'insufficient_scope')
  await tries('issueTokenFor', 403, {}, 'insufficient_scope')
  await tries('changeUserSession', 403, { params: { sessionId: '00000000-0000-4000-8000-000000000000' } }, 'insufficient_scope')
  await tries('getUserSessionData', 404, { params: { sessionId: '00000000-0000-4000-8000-000000000000' } }, 'session_not_found')
  await tries('putUserSessionData', 403, { params: { sessionId: '00000000-0000-4000-8000-000000000000' } }, 'insufficient_scope')
  await tries('endUserSession', 403, { params: { sessionId: '00000000-0000-4000-8000-000000000000' } }, 'insufficient_scope')
  await tries('endUserSessions', 403, {}, 'insufficient_scope')
  await tries('endListedSessions', 403, {}, 'insufficient_scope')
  await step('an administrator takes the key away, and then the service', async () => {
    await docs.authorize('bearer', await logIn(admin))
    const gone = await docs.execute('deleteCallerKey', { params: { name: 'shop', keyId: key.slice(4, 20) } })
    assert.equal(gone.status, 200, gone.body)
    assert.equal((await docs.execute('addCallerPublicKey')).status, 201)
    assert.equal((await docs.execute('deleteCaller')).status, 200)
  })
  await tries('deleteCaller', 404, {}, 'caller_not_found')
  await tries('endAllSessions', 200, { params: { except: 'current' } }, 'Logged out from all devices')
  await tries('me', 200, {}, 'admin@example.com')
  await tries('endAllSessions', 200, { params: { except: '' } }, 'Logged out from all devices')
  await tries('me', 401, {}, 'Invalid or expired session')
}

function credentialOf ({ status, body }: Shown): string {
  assert.equal(status, 200, body)
  const [, credential = ''] = /"sessionId": "([^"]+)"/.exec(body) ?? []
  assert.notEqual(credential, '', body)
  return credential
}

/** Logs alice in without the page; the public id of that session. */
async function logInElsewhere (origin: string): Promise<string> {
  const response = await fetch(`${origin}/login`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ email: 'alice@example.com', password: 'password123' })
  })
  const { sessionId } = await response.json() as { sessionId: string }
  return sessionId.slice(0, 36)
}
