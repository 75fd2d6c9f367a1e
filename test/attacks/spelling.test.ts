import t from 'tap'
import { build, login } from '../harness.ts'
import { bytesOf, everyWay, outcomeOf, partsOf, transports } from './attempt.ts'

/** Text as it arrives in a header: Node reads one character a byte. */
const asSent = (text: string) => Buffer.from(text).toString('latin1')

/** Every other way to write a credential that somebody lenient would take for the same, and every tampering with its parts. */
function otherSpellings (credential: string): Record<string, string> {
  const { id, proof } = partsOf(credential)
  const bytes = Buffer.from(proof, 'base64url')
  const flipped = (bit: number) => {
    const changed = Buffer.from(bytes)
    changed[bit >> 3] = (changed[bit >> 3] ?? 0) ^ (1 << (bit & 7))
    return changed.toString('base64url')
  }
  const generations = ['', '0', '00', '01', '001', '+1', '-1', '-0', '1.0', '1.', '.1', '1e0', '1E0', '0x1', '0b1', '1_0', '1n', ' 1', '1 ', '\t1', 'NaN', 'Infinity', 'null', '2147483648', '9007199254740993', '1' + '0'.repeat(300), asSent('１'), asSent('१'), asSent('①'), asSent('²')]
  const ids: Record<string, string> = {
    'upper case': id.toUpperCase(), 'mixed case': id.replace(/[a-f]/, digit => digit.toUpperCase()), 'without dashes': id.replaceAll('-', ''), braces: `{${id}}`, urn: `urn:uuid:${id}`, 'full-width digit': id.replace(/\d/, digit => asSent(String.fromCharCode(0xff10 + Number(digit)))), 'other dashes': id.replaceAll('-', asSent('‐')), 'another version': id.replace(/^(.{14})4/, '$11'), 'a redis key': `session:{${id.slice(0, 4)}}${id.replaceAll('-', '').slice(4)}`, 'another tag': `${id.startsWith('0') ? '1' : '0'}${id.slice(1)}`, nil: '00000000-0000-4000-8000-000000000000'
  }
  const proofs: Record<string, string> = {
    'upper case': proof.toUpperCase(), 'lower case': proof.toLowerCase(), padded: `${proof}=`, 'padded twice': `${proof}==`, hex: bytes.toString('hex'), base64: `${bytes.toString('base64').slice(0, 62)}+/`, 'standard alphabet': proof.replaceAll('-', '+').replaceAll('_', '/') + (/[-_]/.test(proof) ? '' : '+'), 'percent-encoded': `%${proof.charCodeAt(0).toString(16)}${proof.slice(1)}`, 'line break within': `${proof.slice(0, 32)}%0a${proof.slice(32)}`, 'one short': proof.slice(0, -1), 'half of it': proof.slice(0, 32), 'the secret alone': proof.slice(0, 22), 'one long': `${proof}A`, doubled: proof + proof, none: '', dots: '.'.repeat(64), zeros: 'A'.repeat(64)
  }
  return {
    ...Object.fromEntries(generations.map(generation => [`generation ${JSON.stringify(generation.slice(0, 20))}`, `${id}.${generation}.${proof}`])),
    ...Object.fromEntries(Object.entries(ids).map(([name, text]) => [`id: ${name}`, `${text}.1.${proof}`])),
    ...Object.fromEntries(Object.entries(proofs).map(([name, text]) => [`proof: ${name}`, `${id}.1.${text}`])),
    ...Object.fromEntries([0, 7, 64, 127, 128, 129, 255, 256, 300, 383].map(bit => [`bit ${bit} of the proof`, `${id}.1.${flipped(bit)}`])),
    'other separators': credential.replaceAll('.', ':'), 'full-width dots': credential.replaceAll('.', asSent('．')), 'encoded dots': credential.replaceAll('.', '%2E'), 'dots doubled': credential.replaceAll('.', '..'), 'parts turned around': credential.split('.').reverse().join('.'), 'a part more': `${credential}.x`, 'a dot more': `${credential}.`, 'a dot before': `.${credential}`, doubled: credential + credential, 'doubled with a dot': `${credential}.${credential}`,
    quoted: `"${credential}"`, 'single-quoted': `'${credential}'`, 'in an array': `["${credential}"]`, 'as JSON': `{"sessionId":"${credential}"}`, 'a pair': `sessionId=${credential}`, 'space within': credential.replace('.', ' .'), 'no-break space': asSent(`\u00a0${credential}`), 'zero-width space': asSent(`\u200b${credential}`), 'byte-order mark': asSent(`\ufeff${credential}`), 'NUL after it': `${credential}\u0000`, 'DEL after it': `${credential}\u007f`, 'plus for a space': `+${credential}`,
    reversed: [...credential].reverse().join(''), base64: Buffer.from(credential).toString('base64'), hex: Buffer.from(credential).toString('hex'), star: '*', 'prefix and star': `${credential.slice(0, 40)}*`, 'a word': 'undefined', null: 'null', true: 'true', array: '[]', object: '[object Object]', proto: '__proto__'
  }
}

t.test('a credential has one spelling: every other, and every tampering, is the same bytes in every transport, and harms nobody', async t => {
  const { app } = await build(t)
  const { credential } = await login(app)
  const spellings = otherSpellings(credential)
  const asked = app.redis.sessionValidate
  let questions = 0
  app.redis.sessionValidate = ((...args: Parameters<typeof asked>) => {
    questions++
    return asked.apply(app.redis, args)
  }) as typeof asked
  const answers = new Map<string, string[]>()
  for (const [what, text] of Object.entries(spellings)) {
    for (const response of await everyWay(app, text)) answers.set(bytesOf(response), [...answers.get(bytesOf(response)) ?? [], what])
  }
  t.equal(answers.size, 1, [...answers].map(([bytes, causes]) => `${bytes.slice(0, 5)} ${[...new Set(causes)].join(', ')}`).join(' | '))
  t.equal(questions, 0, 'the store is not asked')
  t.ok(Object.keys(spellings).length > 100, `${Object.keys(spellings).length} spellings`)
  t.strictSame((await everyWay(app, credential)).map(outcomeOf), ['200 Alice', '200 Alice', '200 Alice'], 'the one spelling')
  t.equal(questions, 3, 'and then it is')
})

t.test('a public id opens nothing: in no transport, on no route, with nothing guessed beside it', async t => {
  const { app } = await build(t)
  const [alice, other] = [await login(app), await login(app, 'bob')]
  const listed = (await alice.call('GET', '/sessions')).json<{ sessions: Array<{ sessionId: string }> }>().sessions.map(({ sessionId }) => sessionId)
  const cursor = Buffer.from(`${Date.now()}.${alice.id}`).toString('base64url')
  t.strictSame(listed, [alice.id])
  const guesses = [alice.id, `${alice.id}.1`, `${alice.id}.1.`, `${alice.id}.1.${partsOf(other.credential).proof}`, `${alice.id}.${alice.id}.${alice.id}`, cursor]
  const requests = [{ url: '/me' }, { url: '/session' }, { url: '/session/data' }, { url: '/sessions' }, { url: '/admin/stats' }, { method: 'POST', url: '/logout' }, { method: 'POST', url: '/session/rotate' }, { method: 'DELETE', url: '/sessions/all' }, { method: 'DELETE', url: `/sessions/${alice.id}` }] as const
  for (const request of requests) {
    const expected = bytesOf((await everyWay(app, 'x', request))[0] as Awaited<ReturnType<typeof app.inject>>)
    for (const guess of guesses) for (const response of await everyWay(app, guess, request)) if (bytesOf(response) !== expected) t.fail(`${request.url} with ${guess.slice(0, 60)}: ${response.body}`)
  }
  t.equal((await alice.call('GET', '/me')).statusCode, 200, 'nothing ended it either')
})

t.test('somebody else’s public id is that of nobody', async t => {
  const { app } = await build(t)
  const [alice, bob] = [await login(app), await login(app, 'bob')]
  const dead = await login(app, 'bob')
  await dead.call('POST', '/logout')
  const end = async (id: string) => bytesOf(await bob.call('DELETE', `/sessions/${id}`, undefined, { 'x-request-id': 'same' }))
  const foreign = await end(alice.id)
  t.match(foreign, /session_not_found/)
  t.equal(await end(dead.id), foreign, 'like a dead one of one’s own')
  t.equal(await end(`${bob.id.slice(0, 4)}0000-0000-4000-8000-000000000000`), foreign, 'like one that never was')
  t.equal((await alice.call('GET', '/me')).statusCode, 200)
})

t.test('schemes and names that resemble a transport are none', async t => {
  const { app } = await build(t)
  const { credential } = await login(app)
  const lookalikes: Array<Record<string, string>> = [
    { authorization: credential }, { authorization: `Basic ${credential}` }, { authorization: `Basic ${Buffer.from(`${credential}:`).toString('base64')}` }, { authorization: `Token ${credential}` }, { authorization: `Bearer${credential}` }, { authorization: `Bearer\t${credential}` }, { authorization: `Digest Bearer ${credential}` },
    { 'proxy-authorization': `Bearer ${credential}` }, { 'x-session': credential }, { session: credential }, { 'x-auth-token': credential }, { 'x-session-id-': credential }, { x_session_id: credential }, { sessionid: credential }, { 'x-forwarded-authorization': `Bearer ${credential}` }, { 'x-original-url': '/me' }, { cookie: credential }, { cookie: `session=${credential}` }, { cookie: `sid=${credential}` }, { cookie2: `__Host-session=${credential}` }
  ]
  for (const headers of lookalikes) t.equal(outcomeOf(await app.inject({ url: '/me', headers })), '401 no_session', JSON.stringify(headers).slice(0, 40))
  t.strictSame(Object.keys(transports).length, 3)
})
