import { randomUUID } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import type { FastifyInstance } from 'fastify'
import t, { type Test } from 'tap'
import { privateRedis, type PrivateRedis } from '../faults/private-redis.ts'
import { createKeys } from '../../src/store/keys.ts'
import { spreadTags } from '../../src/store/everybody.ts'
import { build, buildAnother, inspector, login } from '../harness.ts'
import { noteCredential } from '../leaks/known.ts'
import { isInvalid, isProblem } from './problem.ts'
import { addService } from './service.ts'

interface Listed { count: number, sessions: Array<{ userId: string, sessionId: string, lastAccessedAt: string }>, nextCursor?: string }

interface EndedSome { message: string, processed: number, ended: number, more: boolean, cursor?: string }

const nobody = '00000000-0000-4000-8000-000000000000'

async function opened (t: Test) {
  const { app } = await build(t)
  const service = await addService(app, 'support', { scopes: ['sessions:read', 'sessions:revoke'] })
  return { app, ...service }
}

t.test('a service sees the sessions of a user as the user does, a page at a time, and uses none of them', async t => {
  const { app, call } = await opened(t)
  const [first, second] = [await login(app), await login(app)]
  await login(app, 'bob')
  const { count, sessions } = (await call('GET', '/v1/sessions?userId=1')).json<Listed>()
  t.equal(count, 2)
  t.strictSame(new Set(sessions.map(({ sessionId }) => sessionId)), new Set([first.id, second.id]))
  const mine = (await first.call('GET', '/sessions')).json<{ sessions: object[] }>()
  t.ok(sessions.every(({ userId }) => userId === '1'))
  t.match(mine.sessions, sessions.map(({ lastAccessedAt: _at, userId: _id, ...session }) => ({ ...session, current: Boolean })))
  const page = (await call('GET', '/v1/sessions?userId=1&limit=1')).json<Listed>()
  const rest = (await call('GET', `/v1/sessions?userId=1&limit=1&cursor=${page.nextCursor}`)).json<Listed>()
  t.strictSame([...page.sessions, ...rest.sessions].map(({ sessionId }) => sessionId), sessions.map(({ sessionId }) => sessionId))
  t.equal(rest.nextCursor, undefined)
  for (const query of ['userId=2', 'userId=1&deviceType=desktop', 'userId=1&flagged=false', 'limit=1']) isProblem(t, await call('GET', `/v1/sessions?${query}&cursor=${page.nextCursor}`), 400, 'malformed_cursor', query)
  t.strictSame((await call('GET', '/v1/sessions?userId=someone@else')).json(), { count: 0, sessions: [] })
})

t.test('a list may be of one type of device', async t => {
  const { app, call } = await opened(t)
  await login(app)
  const tv = await app.sessions.open({ userId: '1', profile: { email: '', name: '', roles: [] }, ipAddress: '', userAgent: 'Mozilla/5.0 (SMART-TV; Linux; Tizen 6.0) AppleWebKit/537.36 (KHTML, like Gecko) SamsungBrowser/2.2 Chrome/63.0.3239.84 TV Safari/537.36' })
  t.match((await call('GET', '/v1/sessions?userId=1&deviceType=tv')).json<Listed>(), { count: 1, sessions: [{ sessionId: tv.session.id }] })
  t.equal((await call('GET', '/v1/sessions?userId=1')).json<Listed>().count, 2)
  t.equal((await call('GET', '/v1/sessions?userId=1&deviceType=tablet')).json<Listed>().count, 0)
  isInvalid(t, await call('GET', '/v1/sessions?userId=1&deviceType=phone'), ['querystring/deviceType'])
})

t.test('a session is found by its public id, with whose it is', async t => {
  const { app, call } = await opened(t)
  const bob = await login(app, 'bob')
  t.match((await call('GET', `/v1/sessions/${bob.id}`)).json(), { userId: '2', session: { sessionId: bob.id, current: false } })
  await bob.call('POST', '/logout')
  isProblem(t, await call('GET', `/v1/sessions/${bob.id}`), 404, 'session_not_found')
  isProblem(t, await call('GET', `/v1/sessions/${nobody}`), 404, 'session_not_found')
})

t.test('a service ends one session, or all of a user; their history says that it was a service', async t => {
  const { app, call } = await opened(t)
  const [one, two, three, bob] = [await login(app), await login(app), await login(app), await login(app, 'bob')]
  t.strictSame((await call('DELETE', `/v1/sessions/${one.id}`)).json(), { message: 'Session ended', sessionId: one.id })
  t.strictSame([(await one.call('GET', '/me')).statusCode, (await two.call('GET', '/me')).statusCode], [401, 200])
  isProblem(t, await call('DELETE', `/v1/sessions/${one.id}`), 404, 'session_not_found')
  isProblem(t, await call('DELETE', `/v1/sessions/${nobody}`), 404, 'session_not_found')
  t.strictSame((await call('DELETE', '/v1/sessions?userId=1')).json(), { message: 'Logged out from all devices', processed: 2, ended: 2, more: false })
  t.strictSame([(await two.call('GET', '/me')).statusCode, (await three.call('GET', '/me')).statusCode, (await bob.call('GET', '/me')).statusCode], [401, 401, 200])
  t.strictSame((await call('DELETE', '/v1/sessions?userId=1')).json().ended, 0)
  const alice = await login(app)
  const { sessions } = (await alice.call('GET', '/sessions?ended=true')).json<{ sessions: Array<{ sessionId: string, reason: string, actor?: string }> }>()
  for (const { id } of [one, two, three]) t.match(sessions.find(({ sessionId }) => sessionId === id), { reason: 'ended_by_service', actor: undefined })
})

t.test('a service sees and ends those sessions of a user that it asks for; a dry run ends none', async t => {
  const { app } = await build(t, { SESSION_LIMIT: '1000', BINDING_NETWORK: 'observe' })
  const { call } = await addService(app, 'support', { scopes: ['sessions:read', 'sessions:revoke'] })
  const open = (ipAddress: string, userId = '1') => app.sessions.open({ userId, profile: { email: '', name: '', roles: [] }, ipAddress, userAgent: 'curl/8.5.0' })
  const [home, cafe] = [await open('198.51.100.7'), await open('203.0.113.7')]
  const [later] = [await open('203.0.113.8'), await open('203.0.113.9', '2')]
  await app.sessions.judgeBinding(home.session, { ipAddress: '203.0.113.99', userAgent: 'curl/8.5.0' }, { network: 'observe', client: 'off', device: 'off' })
  const ids = (sessions: Array<typeof home>) => sessions.map(({ session }) => session.id).sort()
  const listed = ({ sessions }: Listed) => sessions.map(({ sessionId }) => sessionId).sort()
  const seen = async (query: string) => (await call('GET', `/v1/sessions?userId=1&${query}`)).json<Listed>()
  const expected: Array<[query: string, sessions: Array<typeof home>]> = [
    ['address=203.0.113.0/24', [later, cafe]], ['address=203.0.113.7', [cafe]], ['flagged=true', [home]], ['flagged=false', [later, cafe]],
    [`openedBefore=${later.session.times.createdAtMs}`, [cafe, home].filter(({ session }) => session.times.createdAtMs < later.session.times.createdAtMs)],
    [`unusedSince=${Date.now() + 60_000}`, [later, cafe, home]], ['openedBefore=0', []], ['deviceType=tv&address=203.0.113.0/24', []]
  ]
  for (const [query, sessions] of expected) {
    const found = await seen(query)
    t.strictSame([found.count, listed(found)], [sessions.length, ids(sessions)], query)
    t.strictSame((await call('DELETE', `/v1/sessions?userId=1&${query}&dryRun=true`)).json(), { message: 'Nothing was ended', processed: sessions.length, ended: 0, more: false }, query)
  }
  t.strictSame((await seen('flagged=true')).sessions.map(session => 'flagged' in session && session.flagged), [true])
  t.strictSame((await call('DELETE', '/v1/sessions?userId=1&dryRun=true')).json(), { message: 'Nothing was ended', processed: 3, ended: 0, more: false })
  const first = await seen('address=203.0.113.0/24&limit=1')
  const second = await seen(`address=203.0.113.0/24&limit=1&cursor=${first.nextCursor}`)
  t.strictSame([first.count, second.count, second.nextCursor, [...listed(first), ...listed(second)].sort()], [2, 2, undefined, ids([cafe, later])])

  t.strictSame((await call('DELETE', '/v1/sessions?userId=1&address=203.0.113.0/24')).json(), { message: 'Sessions ended', processed: 2, ended: 2, more: false })
  t.equal((await seen('')).count, 1)
  t.equal((await call('GET', '/v1/sessions?userId=2')).json<Listed>().count, 1)
  for (const query of ['address=x', 'address=203.0.113.0/33', 'flagged=yes', 'openedBefore=yesterday', 'unusedSince=-1', 'deviceType=phone']) {
    for (const method of ['GET', 'DELETE'] as const) isProblem(t, await call(method, `/v1/sessions?userId=1&${query}`), 400, 'validation_failed', query)
  }
  isInvalid(t, await call('DELETE', '/v1/sessions?userId=1&dryRun=1'), ['querystring/dryRun'])

  for (let i = 0; i < 51; i++) await Promise.all(Array.from({ length: 10 }, () => open('203.0.113.7')))
  const end = async () => (await call('DELETE', '/v1/sessions?userId=1&address=203.0.113.7')).json()
  t.strictSame((await call('DELETE', '/v1/sessions?userId=1&address=203.0.113.7&dryRun=true')).json(), { message: 'Nothing was ended', processed: 510, ended: 0, more: false })
  t.strictSame([await end(), await end()], [{ message: 'Sessions ended', processed: 500, ended: 500, more: true }, { message: 'Sessions ended', processed: 10, ended: 10, more: false }])
  t.equal((await seen('')).count, 1)
})

/** Where the sessions of everybody are listed, on a Redis of its own: one whose tables shrink may show some twice. */
async function crowd (t: Test, redis?: PrivateRedis) {
  const { app, logs } = await build(t, { SESSION_LIMIT: '1000', REDIS_URL: (redis ?? await privateRedis(t)).url })
  const { call } = await addService(app, 'support', { scopes: ['sessions:read', 'sessions:revoke'] })
  const open = async (userId: string, ipAddress = '203.0.113.7') => {
    const { session } = await app.sessions.open({ userId, profile: { email: '', name: '', roles: [] }, ipAddress, userAgent: 'curl/8.5.0' })
    return session.id
  }
  /** All pages of a list, and how many sessions each has. */
  async function pages (query: string, meanwhile: () => Promise<unknown> = async () => {}) {
    const [found, sizes]: [Listed['sessions'], number[]] = [[], []]
    for (let cursor = ''; ;) {
      const response = await call('GET', `/v1/sessions?${query}${cursor}`)
      t.equal(response.statusCode, 200)
      const { count, sessions, nextCursor } = response.json<Listed>()
      t.equal(count, undefined)
      found.push(...sessions)
      sizes.push(sessions.length)
      if (nextCursor === undefined) return { found, sizes }
      cursor = `&cursor=${nextCursor}`
      await meanwhile()
    }
  }
  /** Every call of an end, until there are no more. */
  async function ends (query: string) {
    const answers: EndedSome[] = []
    for (let cursor = ''; ;) {
      const answer = (await call('DELETE', `/v1/sessions?${query}${cursor}`)).json<EndedSome>()
      answers.push(answer)
      t.equal(answer.more, answer.cursor !== undefined)
      if (!answer.more) return { answers, processed: answers.reduce((sum, { processed }) => sum + processed, 0), ended: answers.reduce((sum, { ended }) => sum + ended, 0) }
      cursor = `&cursor=${answer.cursor}`
    }
  }
  return { app, logs, call, open, pages, ends }
}

/** So many at a time, as a busy machine takes them. */
async function each<Item, Made> (items: Item[], make: (item: Item) => Promise<Made>): Promise<Made[]> {
  const made: Made[] = []
  for (let start = 0; start < items.length; start += 25) made.push(...await Promise.all(items.slice(start, start + 25).map(make)))
  return made
}

const upTo = (count: number) => Array.from({ length: count }, (_, i) => i)

t.test('an id of 255 characters, whatever they are, is told as it is wherever the user is named', async t => {
  const { app } = await build(t)
  const { call } = await addService(app, 'shop', { scopes: ['sessions:create', 'sessions:read', 'sessions:revoke', 'sessions:introspect'] })
  const ascii = Array.from({ length: 94 }, (_, i) => String.fromCharCode(33 + i)).join('')
  // Percent-encoded it is another id than what it stands for.
  const userId = `${encodeURIComponent('Zoë 🦊')}${ascii}`.padEnd(255, '}{:|.%')
  const query = `userId=${encodeURIComponent(userId)}`
  const { sessionId, sid } = (await call('POST', '/v1/sessions', { userId })).json()
  noteCredential(app, sessionId)
  const withSession = (url: string, method: 'GET' | 'PUT' = 'GET', payload?: object) => app.inject({ method, url, headers: { 'x-session-id': sessionId }, ...(payload !== undefined && { payload }) })
  t.equal((await withSession('/verify')).headers['x-session-user'], userId)
  t.equal((await call('POST', '/v1/introspect', { token: sessionId })).json().sub, userId)
  t.equal((await call('GET', `/v1/sessions/${sid}`)).json().userId, userId)
  t.match((await call('GET', `/v1/sessions?${query}`)).json(), { count: 1, sessions: [{ userId, sessionId: sid }] })
  for (let cursor = '', isFound = false; !isFound;) {
    const { sessions, nextCursor } = (await call('GET', `/v1/sessions${cursor}`)).json<Listed>()
    isFound = sessions.some(session => session.userId === userId && session.sessionId === sid)
    if (!isFound && nextCursor === undefined) return t.fail('it is not among those of everybody')
    cursor = `?cursor=${nextCursor}`
  }
  t.equal((await withSession('/me/data', 'PUT', { key: 'a', value: 1 })).statusCode, 200)
  t.equal((await withSession('/me/active/playback', 'PUT', {})).statusCode, 200)
  t.equal((await call('DELETE', `/v1/sessions/${sid}`)).statusCode, 200)
  let ends = (await call('GET', '/v1/revocations?wait=5')).json<{ revocations: object[] }>().revocations
  while (ends?.length !== 1) ends = (await call('GET', '/v1/revocations?wait=5')).json<{ revocations: object[] }>().revocations
  t.match(ends, [{ sub: userId, sid, reason: 'ended_by_service' }])
  t.equal((await withSession('/me')).statusCode, 401)
})

t.test('a service sees the sessions of everybody, each once, whatever the size of a page', async t => {
  const { app, call, open, pages } = await crowd(t)
  const opened: Array<[userId: string, id: string]> = []
  for (const user of upTo(30)) {
    for (let i = 0; i <= user % 5; i++) opened.push([`user:${user}*`, await open(`user:${user}*`, user % 3 === 0 ? '198.51.100.7' : '203.0.113.7')])
  }
  const expected = opened.map(([userId, id]) => `${userId} ${id}`).sort()
  for (const limit of [1, 2, 7, 100]) {
    const { found, sizes } = await pages(`limit=${limit}`)
    t.strictSame(found.map(({ userId, sessionId }) => `${userId} ${sessionId}`).sort(), expected, `${limit} a page`)
    t.ok(sizes.every(size => size <= limit))
    t.equal(found.filter(({ userId }, i) => userId !== found[i - 1]?.userId).length, 30, 'those of a user together')
  }
  const { found } = await pages('limit=3&address=198.51.100.0/24')
  t.strictSame(new Set(found.map(({ userId }) => userId)), new Set(upTo(10).map(i => `user:${3 * i}*`)))
  t.strictSame((await pages('deviceType=tv')).found, [])

  const { nextCursor = '' } = (await call('GET', '/v1/sessions?limit=1')).json<Listed>()
  const cursors = app.cursorsOf('all', 'list', {})
  const text = cursors.textIn(nextCursor)
  const changed = [...[text.replace(/\d+(?=\|)/, '99999999999999999999'), text, `${text}x`].map(text => Buffer.from(text).toString('base64url')), `${nextCursor}!`, `${nextCursor}A`, `${nextCursor.startsWith('A') ? 'B' : 'A'}${nextCursor.slice(1)}`, `${nextCursor.slice(0, -4)}AAAA`]
  for (const cursor of ['x', ...changed]) isProblem(t, await call('GET', `/v1/sessions?limit=1&cursor=${cursor}`), 400, 'malformed_cursor', cursor)
  isProblem(t, await call('GET', `/v1/sessions?flagged=true&cursor=${nextCursor}`), 400, 'malformed_cursor', 'of another query')
  isProblem(t, await call('DELETE', `/v1/sessions?flagged=true&cursor=${nextCursor}`), 400, 'malformed_cursor', 'of another call')
  const elsewhere = cursors.cursorOf(text.replace(/^[\w-]{16}\./, 'abcdefghijklmnop.'))
  t.equal((await call('GET', `/v1/sessions?limit=100&cursor=${elsewhere}`)).json<Listed>().sessions.length, opened.length - 1, 'of a Redis that is not there any more: it begins again')
})

/**
 * A Redis whose table of keys has been large before, so that no key that comes makes it grow, and has a tenth of its room in use, so that none that goes makes it shrink;
 * and the sizes of that table, two while its keys are on their way into the next one.
 */
async function roomyRedis (t: Test) {
  const redis = await privateRedis(t, 'unix', ['--enable-debug-command', 'local'])
  const sizes = async () => {
    const [keys = ''] = String(await redis.ask('DEBUG', 'HTSTATS', '0')).split('[Expires HT]')
    return [...keys.matchAll(/table size: (\d+)/g)].map(([, size]) => Number(size))
  }
  await redis.ask('DEBUG', 'POPULATE', 6000, 'filler')
  while ((await sizes()).length !== 1) await sleep(5)
  await redis.ask('EVAL', "for i = 900, 5999 do redis.call('DEL', 'filler:' .. i) end", 0)
  return { redis, sizes }
}

t.test('whoever lives while pages are read is on one of them, and on no other, whoever comes and goes', async t => {
  const { redis, sizes } = await roomyRedis(t)
  const { app, open, pages } = await crowd(t, redis)
  const steady = await each(upTo(150), i => open(`steady-${i}`))
  const passing = await each(upTo(600), async i => ({ userId: `passing-${i}`, id: await open(`passing-${i}`) }))
  let turn = 0
  t.strictSame(await sizes(), [8192])
  const { found } = await pages('limit=11', async () => {
    await each(passing.splice(0, 4), ({ userId, id }) => app.sessionStore.end(userId, id))
    // More come than go: a step of the walk that is looked at again ends sooner than before, and those who were shown are in the next one.
    await each(upTo(10), i => open(`new-${turn++}-${i}`))
  })
  const seen = found.map(({ sessionId }) => sessionId)
  t.ok(turn > 10)
  t.strictSame(steady.filter(id => !seen.includes(id)), [])
  t.strictSame(seen.filter((id, i) => seen.indexOf(id) < i), [], 'nobody twice')
  t.strictSame(await sizes(), [8192], 'where Redis had no table to make another size')
})

t.test('the sessions of everybody are those of every master', async t => {
  const { app } = await build(t)
  const { call } = await addService(app, 'support', { scopes: ['sessions:read', 'sessions:revoke'] })
  const opened = await each(upTo(60), async i => (await app.sessions.open({ userId: `user-${i}`, profile: { email: '', name: '', roles: [] }, ipAddress: '203.0.113.7', userAgent: '' })).session.id)
  const seen = new Set<string>()
  for (let cursor = ''; ;) {
    const { sessions, nextCursor } = (await call('GET', `/v1/sessions?limit=7${cursor}`)).json<Listed>()
    for (const { sessionId } of sessions) seen.add(sessionId)
    if (nextCursor === undefined) break
    cursor = `&cursor=${nextCursor}`
  }
  t.strictSame([...seen].sort(), opened.sort())
  for (let cursor = ''; ;) {
    const answer = (await call('DELETE', `/v1/sessions?address=203.0.113.7${cursor}`)).json<EndedSome>()
    if (!answer.more) break
    cursor = `&cursor=${answer.cursor}`
  }
  t.equal((await app.sessions.list({ userId: 'user-7' }, 1)).count, 0)
})

t.test('a service ends what fits among the sessions of everybody, as many at a time as it takes', async t => {
  const { app, open, ends, pages, logs } = await crowd(t)
  const home = await each(upTo(20), i => open(`home-${i}`, '198.51.100.7'))
  await each(upTo(260), i => open(`cafe-${i % 26}`, `203.0.113.${i % 10}`))
  await each(upTo(260), () => open('one', '203.0.113.200'))
  const dry = await ends('address=203.0.113.0/24&dryRun=true')
  t.match(dry, { processed: 520, ended: 0 })
  t.ok(dry.answers.every(({ message }) => message === 'Nothing was ended'))
  const { processed, ended, answers } = await ends('address=203.0.113.0/24')
  t.strictSame([processed, ended], [520, 520])
  t.ok(answers.length > 1 && answers.every(answer => answer.processed <= 500 && answer.message === 'Sessions ended'))
  t.strictSame((await pages('')).found.map(({ sessionId }) => sessionId).sort(), home.sort())
  t.match((await app.sessionStore.listEnded('cafe-0'))[0], { reason: 'ended_by_service' })
  t.match(await ends('deviceType=tv'), { processed: 0, ended: 0 })
  t.match(await ends(`unusedSince=${Date.now() + 60_000}&confirm=matching&dryRun=true`), { processed: 20, ended: 0 })
  const told = logs.map(text => JSON.parse(text)).filter(({ msg }) => msg === 'sessions of several users were ended')
  t.match(told[0], { caller: 'support', by: ['address'] })
  t.strictSame(told.map(({ ended }) => ended), answers.map(({ processed }) => processed).filter(processed => processed > 0), 'each call says what it has ended')
})

t.test('a service ends the sessions of everybody if it says so, and never for want of a value', async t => {
  const { app, config, logs } = await build(t)
  const another = await buildAnother(t, config)
  const { call } = await addService(app, 'support', { scopes: ['sessions:read', 'sessions:revoke'] })
  const [alice, bob] = [await login(app), await login(app, 'bob')]
  for (const query of [
    '', '?dryRun=true', '?confirm=everyone', '?confirm=everybody&userId=1', '?confirm=everybody&address=203.0.113.7', '?confirm=everybody&flagged=true', '?confirm=everybody&cursor=x', '?cursor=x',
    '?address=0.0.0.0/0', '?address=0.0.0.0/1', '?address=8.0.0.0/7', '?address=::ffff:0.0.0.0/97', '?address=::/0&dryRun=true', '?address=::/1', '?address=2000::/15', '?deviceType=unknown', '?flagged=false', '?openedBefore=1', '?unusedSince=1', '?userId=1&cursor=x', '?confirm=matching', '?confirm=matching&userId=1', '?confirm=matching&userId=1&flagged=true'
  ]) {
    isProblem(t, await call('DELETE', `/v1/sessions${query}`), 400, 'validation_failed', query)
  }
  t.strictSame((await call('DELETE', '/v1/sessions?confirm=everybody&dryRun=true')).json(), { message: 'Nothing was ended', processed: 2, ended: 0, more: false })
  t.strictSame([(await alice.call('GET', '/me')).statusCode, (await bob.call('GET', '/me')).statusCode], [200, 200])
  const elsewhere = async () => (await another.inject({ url: '/me', headers: { 'x-session-id': bob.credential } })).statusCode
  t.equal(await elsewhere(), 200)

  t.strictSame((await call('DELETE', '/v1/sessions?confirm=everybody')).json(), { message: 'Logged out everybody', processed: 2, ended: 2, more: false })
  await another.everybody.read()
  t.equal(await elsewhere(), 401, 'on the other instance, as soon as it has read it')
  t.strictSame([(await alice.call('GET', '/me')).statusCode, (await bob.call('GET', '/me')).statusCode], [401, 401])
  const again = await login(app)
  t.equal((await again.call('GET', '/me')).statusCode, 200)
  const { sessions } = (await again.call('GET', '/sessions?ended=true')).json<{ sessions: Array<{ sessionId: string, reason: string }> }>()
  t.strictSame(sessions.map(({ sessionId, reason }) => [sessionId, reason]), [[alice.id, 'everybody_ended']])
  t.match(logs.map(text => JSON.parse(text)).find(({ msg }) => msg === 'the sessions of everybody were ended'), { caller: 'support', live: 2 })
})

t.test('where nobody can be judged because the moment of the last time is damaged, the log says so, and another end of everybody cures it', async t => {
  const { app, config, logs } = await build(t)
  const client = await inspector(t)
  const { call } = await addService(app, 'support', { scopes: ['sessions:read', 'sessions:revoke'] })
  const alice = await login(app)
  for (const tag of spreadTags(app.redis)) await client.set(createKeys(config.KEY_PREFIX).notBeforeEverybody(tag), 'soon', 'PX', 60_000)
  while ((await alice.call('GET', '/me')).statusCode !== 503) await sleep(20)
  // On a Cluster no one node speaks for the others.
  if (!app.redis.isCluster) t.match(logs.map(text => JSON.parse(text)).find(({ level }) => level === 50), { msg: 'redis does not answer', err: { message: /not-before-everybody:\{001c\} is no moment/ } })
  t.equal((await call('DELETE', '/v1/sessions?confirm=everybody')).statusCode, 200)
  while ((await alice.call('GET', '/me')).statusCode === 503) await sleep(20)
  isProblem(t, await alice.call('GET', '/me'), 401, 'invalid_session')
  t.equal((await (await login(app)).call('GET', '/me')).statusCode, 200)
})

/** How long news may take, also on a busy machine. */
const NEWS_MS = 50

/** How long after everybody was logged out somebody who came to another instance was still let in (ms), and the longest that one look at it took. */
async function outlives (app: FastifyInstance, another: FastifyInstance) {
  const { credential } = await login(app)
  const elsewhere = async () => (await another.inject({ url: '/me', headers: { 'x-session-id': credential } })).statusCode
  if (await elsewhere() !== 200) throw new Error('a good session was refused')
  await app.sessions.endEverybody()
  const endedAtMs = performance.now()
  let [acceptedAtMs, lookedAtMs, longestLookMs] = [endedAtMs, endedAtMs, 0]
  while (await elsewhere() === 200) {
    acceptedAtMs = lookedAtMs
    await sleep(5)
    longestLookMs = Math.max(longestLookMs, performance.now() - lookedAtMs)
    lookedAtMs = performance.now()
  }
  return { ms: acceptedAtMs - endedAtMs, longestLookMs, status: await elsewhere() }
}

t.test('the other instances hear within tens of milliseconds that everybody was logged out, with the near-cache and without', async t => {
  for (const NEAR_CACHE_MS of ['0', '1000']) {
    const { app, config } = await build(t, { NEAR_CACHE_MS })
    const another = await buildAnother(t, config)
    while (!another.changes().isProven()) await sleep(5)
    // Without the news it is known when it is read next, after any part of a quarter of a second: hardly ten times so soon.
    for (let i = 0; i < 10; i++) {
      const { ms, longestLookMs, status } = await outlives(app, another)
      // Instances and test share one thread: as long as a look took it may have kept the other one from hearing.
      t.ok(ms <= NEWS_MS + longestLookMs, `who came ${Math.round(ms)} ms after everybody was logged out was let in; a look took up to ${Math.round(longestLookMs)} ms; near-cache ${NEAR_CACHE_MS}`)
      t.equal(status, 401)
    }
  }
})

t.test('a service ends sessions by a list of ids, whoever’s they are, and is told which were not there', async t => {
  const { app, call } = await opened(t)
  const end = (sessionIds: unknown) => call('POST', '/v1/sessions/end', { sessionIds })
  const [alice, gone, bob, kept] = [await login(app), await login(app), await login(app, 'bob'), await login(app, 'bob')]
  await gone.call('POST', '/logout')
  const others = Array.from({ length: 100 }, () => randomUUID())
  const all = [alice.id, ...others, gone.id, bob.id]
  t.strictSame((await end(all)).json(), { message: 'Sessions ended', processed: 103, ended: 2, more: false, notFound: [...others, gone.id] })
  t.strictSame(await Promise.all([alice, bob, kept].map(async ({ call }) => (await call('GET', '/me')).statusCode)), [401, 401, 200])
  t.strictSame((await end(all)).json().ended, 0, 'again nothing more')

  isProblem(t, await end([...Array.from({ length: 500 }, () => randomUUID()), kept.id]), 413, 'batch_too_large')
  for (const wrong of [[], [kept.id, kept.id], [kept.id, 'x'], kept.id, undefined]) isProblem(t, await end(wrong), 400, 'validation_failed')
  const reader = await addService(app, 'reader', { scopes: ['sessions:read'] })
  isProblem(t, await reader.call('POST', '/v1/sessions/end', { sessionIds: [kept.id] }), 403, 'insufficient_scope')
  t.equal((await kept.call('GET', '/me')).statusCode, 200, 'nothing was ended')
})

t.test('reading and ending are scopes of their own', async t => {
  const { app } = await opened(t)
  const [reader, ender] = [await addService(app, 'reader', { scopes: ['sessions:read'] }), await addService(app, 'ender', { scopes: ['sessions:revoke'] })]
  const alice = await login(app)
  for (const path of ['/v1/sessions?userId=1', `/v1/sessions/${alice.id}`]) {
    t.equal((await reader.call('GET', path)).statusCode, 200)
    isProblem(t, await reader.call('DELETE', path), 403, 'insufficient_scope')
    isProblem(t, await ender.call('GET', path), 403, 'insufficient_scope')
  }
  t.equal((await alice.call('GET', '/me')).statusCode, 200, 'nothing was ended')
})

t.test('whose sessions is to be said', async t => {
  const { app, call } = await opened(t)
  const alice = await login(app)
  isInvalid(t, await call('DELETE', '/v1/sessions'), ['querystring/userId'])
  for (const method of ['GET', 'DELETE'] as const) {
    isInvalid(t, await call(method, '/v1/sessions?userId='), ['querystring/userId'])
    isInvalid(t, await call(method, '/v1/sessions?userId=a%20b'), ['querystring/userId'])
    isInvalid(t, await call(method, `/v1/sessions?userId=${'x'.repeat(256)}`), ['querystring/userId'])
    isInvalid(t, await call(method, '/v1/sessions/x'), ['params/sessionId'])
  }
  isInvalid(t, await call('GET', '/v1/sessions?userId=1&limit=101'), ['querystring/limit'])
  isProblem(t, await call('GET', '/v1/sessions?userId=1&cursor=x'), 400, 'malformed_cursor')
  t.equal((await alice.call('GET', '/me')).statusCode, 200)
})

t.test('a service opens a session for a user of its own, which is one like any other', async t => {
  const { app } = await build(t)
  const { call } = await addService(app, 'shop', { scopes: ['sessions:create', 'sessions:read', 'sessions:introspect'] })
  const response = await call('POST', '/v1/sessions', {
    userId: 'customer-4711',
    profile: { email: 'carol@example.com', name: 'Carol', roles: ['customer', 'vip'] },
    claims: { plan: 'gold', since: 2019, tags: ['a', { b: null }] },
    ipAddress: '2001:DB8:0::7',
    userAgent: 'curl/8.5.0',
    deviceId: 'tv',
    deviceName: 'TV',
    capabilities: ['4K'],
    rememberMe: true
  })
  t.equal(response.statusCode, 201, response.body)
  const { sessionId, sid, userId, session } = response.json()
  noteCredential(app, sessionId)
  t.strictSame([sid, userId], [sessionId.slice(0, 36), 'customer-4711'])
  t.equal(Number(session.absoluteExpiresAt) - Number(session.createdAt), 2_592_000_000)
  const ask = (method: 'GET' | 'POST', url: string, payload?: object) => app.inject({ method, url, headers: { 'x-session-id': sessionId, 'user-agent': 'curl/8.5.0' }, ...(payload && { payload }) })
  for (let i = 0; i < 2; i++) t.strictSame((await ask('GET', '/me')).json().user, { id: 'customer-4711', email: 'carol@example.com', name: 'Carol' })
  t.match((await ask('GET', '/verify')).headers, { 'x-session-user': 'customer-4711', 'x-session-roles': 'customer,vip' })
  t.match((await ask('GET', '/sessions')).json(), { count: 1, sessions: [{ sessionId: sid, ipAddress: '2001:db8::7', userAgent: 'curl/8.5.0', lifetime: 'rememberMe', deviceName: 'TV', capabilities: ['4K'], current: true }] })
  t.match((await call('POST', '/v1/introspect', { token: sessionId })).json(), {
    active: true, sub: 'customer-4711', sid, username: 'carol@example.com', name: 'Carol', roles: ['customer', 'vip'], client_id: 'shop', claims: { plan: 'gold', since: 2019, tags: ['a', { b: null }] }
  })
  t.match((await call('GET', `/v1/sessions/${sid}`)).json(), { userId: 'customer-4711', session: { sessionId: sid } })
  t.equal((await ask('GET', '/admin/stats')).statusCode, 403)
  for (const [url, body] of [['/session/reauthenticate', { password: 'x' }], ['/me/password', { currentPassword: 'x', newPassword: 'seven otters sing' }]] as const) {
    isProblem(t, await ask('POST', url, body), 409, 'no_password_here')
  }
  t.equal((await ask('POST', '/logout')).statusCode, 200)
  t.equal((await ask('GET', '/me')).statusCode, 401)
})

t.test('who tells nothing of a user but the id gets a session all the same; numbers stay numbers', async t => {
  const { app } = await build(t)
  const { call } = await addService(app, 'shop', { scopes: ['sessions:create', 'sessions:introspect'] })
  for (const [userId, id] of [['4711', 4711], ['0x1', '0x1'], ['01', '01'], ['a:b@c', 'a:b@c'], ['9'.repeat(20), '9'.repeat(20)]] as const) {
    const { sessionId } = (await call('POST', '/v1/sessions', { userId })).json()
    noteCredential(app, sessionId)
    t.strictSame((await app.inject({ url: '/me', headers: { 'x-session-id': sessionId } })).json().user, { id })
    const found = (await call('POST', '/v1/introspect', { token: sessionId })).json()
    t.strictSame([found.sub, found.roles, found.client_id, 'username' in found, 'name' in found, 'claims' in found], [userId, [], 'shop', false, false, false])
  }
})

t.test('only a service that may gives the role of operators', async t => {
  const { app } = await build(t)
  const [shop, root] = [await addService(app, 'shop', { scopes: ['sessions:create'] }), await addService(app, 'root', { scopes: ['sessions:create', 'admin'] })]
  const body = { userId: 'op-1', profile: { roles: ['admin'] } }
  const refused = await shop.call('POST', '/v1/sessions', body)
  isProblem(t, refused, 403, 'insufficient_scope')
  t.equal(refused.json().scope, 'admin')
  t.equal((await app.sessions.list({ userId: 'op-1' }, 1, undefined)).count, 0)
  const { sessionId } = (await root.call('POST', '/v1/sessions', body)).json()
  noteCredential(app, sessionId)
  t.equal((await app.inject({ url: '/admin/stats', headers: { 'x-session-id': sessionId } })).statusCode, 200)
})

t.test('only a service that may gives the sessions of an account of this service', async t => {
  const { app } = await build(t)
  const [shop, root] = [await addService(app, 'shop', { scopes: ['sessions:create'] }), await addService(app, 'root', { scopes: ['sessions:create', 'admin'] })]
  isProblem(t, await shop.call('POST', '/v1/sessions', { userId: '1' }), 403, 'insufficient_scope')
  t.equal((await app.sessions.list({ userId: '1' }, 1, undefined)).count, 0)
  for (const [service, userId] of [[shop, '2147483647'], [shop, '2147483648'], [shop, '01'], [shop, '99999999999'], [root, '1']] as const) {
    const response = await service.call('POST', '/v1/sessions', { userId })
    t.equal(response.statusCode, 201, userId)
    noteCredential(app, response.json().sessionId)
  }
})

t.test('a token of a session that a service opened says which one that was', async t => {
  const { app } = await build(t)
  const { call } = await addService(app, 'shop', { scopes: ['sessions:create', 'sessions:introspect'] })
  const { sessionId } = (await call('POST', '/v1/sessions', { userId: 'u' })).json()
  noteCredential(app, sessionId)
  const { token } = (await app.inject({ method: 'POST', url: '/session/token', headers: { 'x-session-id': sessionId }, payload: { audience: 'shop' } })).json()
  noteCredential(app, token)
  t.match((await call('POST', '/v1/introspect', { token })).json(), { active: true, sub: 'u', client_id: 'shop' })
})

t.test('what cannot be a session of a user opens none, and says why', async t => {
  const { app } = await build(t, { SESSION_LIMIT: '1', SESSION_LIMIT_POLICY: 'deny' })
  const { call } = await addService(app, 'shop', { scopes: ['sessions:create'] })
  const userId = 'u'
  const open = (more: object) => call('POST', '/v1/sessions', { userId, ...more })
  isInvalid(t, await call('POST', '/v1/sessions', {}), ['body/userId'])
  isInvalid(t, await open({ userId: 'a b' }), ['body/userId'])
  isInvalid(t, await open({ unknown: 1 }), ['body/unknown'])
  isInvalid(t, await open({ profile: { roles: ['=shop'], id: 1 } }), ['body/profile/id', 'body/profile/roles/0'])
  isInvalid(t, await open({ ipAddress: 'localhost' }), ['body/ipAddress'])
  isInvalid(t, await open({ lifetime: 'unknown' }), ['body/lifetime'])
  isInvalid(t, await call('POST', '/v1/sessions', '{"userId":"u","claims":{"a":1e999}}', { 'content-type': 'application/json' }), ['body/claims/a'])
  const large = await open({ claims: { a: 'x'.repeat(1017) } })
  isProblem(t, large, 413, 'data_limit_exceeded')
  t.match(large.json(), { cap: 'claims', max: 1024, actual: 1025 })
  t.equal((await app.sessions.list({ userId }, 1, undefined)).count, 0)
  const first = await open({ claims: { a: 'x'.repeat(1016) } })
  t.equal(first.statusCode, 201)
  const { sessionId, sid } = first.json()
  noteCredential(app, sessionId)
  const denied = await open({})
  isProblem(t, denied, 409, 'session_limit_reached')
  t.match(denied.json(), { max: 1, sessions: [{ sessionId: sid }] })
  const second = await open({ endSessionId: sid })
  t.equal(second.statusCode, 201)
  noteCredential(app, second.json().sessionId)
  t.equal((await app.inject({ url: '/me', headers: { 'x-session-id': sessionId } })).statusCode, 401)
})

t.test('a service changes a session: data, deadline and name of the device; it is no use', async t => {
  const { app } = await build(t)
  const { call } = await addService(app, 'shop', { scopes: ['sessions:write'] })
  const alice = await login(app)
  await alice.call('PUT', '/session/data', { key: 'gone', value: 1 })
  const before = (await alice.call('GET', '/session')).json()
  const response = await call('PATCH', `/v1/sessions/${alice.id}`, { data: { cart: ['a'], gone: null }, extendSeconds: 7200, deviceName: 'Kitchen radio' })
  t.equal(response.statusCode, 200, response.body)
  t.match(response.json(), { message: 'Session changed', session: { sessionId: alice.id, deviceName: 'Kitchen radio', current: false, lastAccessedAt: before.lastAccessedAt } })
  t.ok(Number(response.json().session.idleExpiresAt) > Date.now() + 7_100_000)
  t.strictSame((await alice.call('GET', '/session/data')).json(), { data: { cart: ['a'] } })
  isInvalid(t, await call('PATCH', `/v1/sessions/${alice.id}`, {}), ['body'])
  isInvalid(t, await call('PATCH', `/v1/sessions/${alice.id}`, { data: {}, extendSeconds: 0, deviceName: ' ' }), ['body/data', 'body/deviceName', 'body/extendSeconds'])
  isProblem(t, await call('PATCH', `/v1/sessions/${alice.id}`, { data: { constructor: 1 } }), 400, 'reserved_key')
  isProblem(t, await call('PATCH', `/v1/sessions/${alice.id}`, { data: { a: 'x'.repeat(5000) }, deviceName: 'Not done' }), 413, 'data_limit_exceeded')
  t.match((await alice.call('GET', '/session')).json(), { deviceName: 'Kitchen radio' })
  isProblem(t, await call('PATCH', `/v1/sessions/${nobody}`, { extendSeconds: 1 }), 404, 'session_not_found')
})

t.test('a service with a prefix keeps nothing under other keys', async t => {
  const { app } = await build(t)
  const { call } = await addService(app, 'shop', { scopes: ['sessions:write'], dataPrefix: 'shop.' })
  const alice = await login(app)
  isProblem(t, await call('PATCH', `/v1/sessions/${alice.id}`, { data: { 'shop.cart': 1, theme: 'dark' } }), 403, 'data_key_not_allowed')
  t.strictSame((await alice.call('GET', '/session/data')).json(), { data: {} })
  t.equal((await call('PATCH', `/v1/sessions/${alice.id}`, { data: { 'shop.cart': 1 } })).statusCode, 200)
})

t.test('a session that ends while it is changed was not found', async t => {
  const { app } = await build(t)
  const { call } = await addService(app, 'shop', { scopes: ['sessions:write'] })
  const alice = await login(app)
  const { merge, extend } = app.sessions
  app.sessions.merge = async (session, ...change) => {
    const merged = await merge(session, ...change)
    await alice.call('POST', '/logout')
    return merged
  }
  isProblem(t, await call('PATCH', `/v1/sessions/${alice.id}`, { data: { a: 1 }, extendSeconds: 60 }), 404, 'session_not_found')
  app.sessions.merge = merge
  const bob = await login(app, 'bob')
  app.sessions.extend = async (session, seconds) => {
    const extended = await extend(session, seconds)
    await bob.call('POST', '/logout')
    return extended
  }
  isProblem(t, await call('PATCH', `/v1/sessions/${bob.id}`, { extendSeconds: 60 }), 404, 'session_not_found', 'also once all is done')
})
