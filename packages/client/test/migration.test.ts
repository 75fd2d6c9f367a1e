/*
 * docs/migrating.md as it stands: each of its programs is a process of its own, with an express-session application of before in front of a real Redis. A browser
 * that has logged in at the first one goes on with the next ones.
 */
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import t, { type Test } from 'tap'
import { privateRedis } from '../../../test/faults/private-redis.ts'
import { createClient } from '../src/index.ts'
import { createBrowser } from './browser.ts'
import { startConsumer } from './consumer.ts'
import { blocksOf, headingsOf, read, type Block } from './document.ts'
import { paste } from './paste.ts'
import { startService, until } from './service.ts'

const root = fileURLToPath(new URL('../../..', import.meta.url))
const text = read('docs/migrating.md')
const blocks = blocksOf(text)

/** Of a heading, in the order of the document. */
const under = (heading: string): Block[] => blocks.filter(block => block.heading === heading)

const [, lifetimes = ''] = /`SESSION_LIFETIMES=([^`]+)`/.exec(text) ?? []
const service = await startService(t, { SESSION_LIFETIMES: lifetimes })
const redis = await privateRedis(t, 'tcp')
const [commands] = under('What the service needs')
const [key = ''] = /^ssk_\S+$/m.exec(await paste(String(commands?.text), root, { DATA_DIR: service.dataDir })) ?? []
const shop = createClient({ url: service.url, key, timeoutMs: 5000 })
const env = { SESSIONS_URL: service.url, SESSIONS_KEY: key, REDIS_URL: redis.url, SECRET: 'a-secret-of-thirty-two-characters', KEY: key }

const sessionsOfUser = async () => (await shop.listUserSessions({ query: { userId: 'customer-4711' } })).body.sessions
const keys = async () => [await redis.ask('KEYS', 'sess:*')].flat()

/** The folder of the application, which has what it needs. */
function folderOf (t: Test): string {
  const folder = mkdtempSync(join(tmpdir(), 'sessions-migrating-'))
  t.teardown(() => rmSync(folder, { recursive: true, force: true }))
  mkdirSync(join(folder, 'node_modules', '@fastify'), { recursive: true })
  for (const name of ['express', 'express-session', 'connect-redis', 'redis', 'fastify', '@fastify/cookie', '@fastify/session']) symlinkSync(join(root, 'node_modules', name), join(folder, 'node_modules', name))
  symlinkSync(join(root, 'packages/client'), join(folder, 'node_modules/session-service-client'))
  writeFileSync(join(folder, 'package.json'), '{ "name": "shop", "private": true, "type": "module" }')
  return folder
}

const [shopProgram, storeBefore] = under('Before').map(({ text }) => text)

/** The application with the store of a step, in front of the same Redis and the same service. */
async function startShop (t: Test, store: string | undefined, more: Record<string, string> = {}): Promise<string> {
  const folder = folderOf(t)
  writeFileSync(join(folder, 'shop.mjs'), String(shopProgram))
  writeFileSync(join(folder, 'store.mjs'), String(store))
  return startConsumer(t, [process.execPath, 'shop.mjs'], folder, { ...env, ...more })
}

const storeOf = (heading: string) => under(heading).map(({ text }) => text)[0]

t.test('a browser stays logged in by all steps', async t => {
  const before = await startShop(t, storeBefore)
  const browser = createBrowser(before)
  t.equal((await browser.post('/login')).status, 200)
  await browser.post('/cart')
  const legacyKeys = await keys()
  t.equal(legacyKeys.length, 1)

  const shadow = browser.at(await startShop(t, storeOf('1. Shadow')))
  t.match((await shadow.get('/cart')).body, { userId: 'customer-4711', cart: ['apple'] })
  t.match((await shadow.post('/cart')).body, { cart: ['apple', 'apple'] })
  await until(async () => (await shop.listUserSessions({ query: {} })).body.sessions.some(({ userId }) => userId.startsWith('sid:')))
  t.strictSame([await sessionsOfUser(), await keys()], [[], legacyKeys], 'in no list, and where it was')

  const through = browser.at(await startShop(t, storeOf('2. Read-through')))
  t.match((await through.get('/cart')).body, { userId: 'customer-4711', cart: ['apple', 'apple'] })
  t.strictSame(await keys(), [], 'what was taken over is not there any more')
  t.match(await sessionsOfUser(), [{ ipAddress: '', lifetime: 'browser' }], 'and is in the list of the user')

  const alone = browser.at(await startShop(t, storeOf('3. The service alone')))
  t.match((await alone.get('/cart')).body, { userId: 'customer-4711', cart: ['apple', 'apple'] })
  await shop.endUserSessions({ query: { userId: 'customer-4711' } })
  for (const each of [alone, through]) t.notOk('userId' in (await each.get('/cart')).body, 'logged out everywhere')
  t.strictSame(await keys(), [])
})

t.test('who logs out while both are there has logged out of both, with KEEP and without', async t => {
  const before = await startShop(t, storeBefore)
  for (const KEEP of ['true', 'false']) {
    const through = await startShop(t, storeOf('2. Read-through'), { KEEP })
    const browser = createBrowser(before)
    await browser.post('/login')
    const moved = browser.at(through)
    t.match((await moved.post('/cart')).body, { cart: ['apple'] })
    t.equal((await keys()).length, KEEP === 'true' ? 1 : 0)
    if (KEEP === 'true') t.match((await browser.get('/cart')).body, { userId: 'customer-4711', cart: ['apple'] }, 'who goes back loses nothing')
    t.equal((await moved.post('/logout')).status, 200)
    for (const url of [before, through]) t.notOk('userId' in (await browser.at(url).get('/cart')).body)
    t.strictSame([await keys(), await sessionsOfUser()], [[], []])
  }
})

t.test('with @fastify/session', async t => {
  const folder = folderOf(t)
  const [program] = under('With @fastify/session')
  writeFileSync(join(folder, 'shop.mjs'), String(program?.text))
  const [, command = ''] = /^\/\/ (.*node shop\.mjs)/.exec(String(program?.text)) ?? []
  const url = await startConsumer(t, ['bash', '--norc', '-euc', `exec env ${command.replace('http://localhost:3000', service.url).replace('SECRET=…', 'SECRET=$SECRET')}`], folder, env)
  const browser = createBrowser(url)
  t.strictSame((await browser.get('/cart')).body, {})
  t.match(await browser.post('/login'), { status: 200, body: { loggedIn: true } })
  t.match((await browser.get('/cart')).body, { userId: 'customer-4711' })
  t.equal((await sessionsOfUser()).length, 1)
  const kept = browser.cookie()
  await browser.post('/logout')
  t.strictSame((await createBrowser(url, kept).get('/cart')).body, {})
  t.equal((await sessionsOfUser()).length, 0)
  const again = createBrowser(url)
  await again.post('/login')
  await shop.endUserSessions({ query: { userId: 'customer-4711' } })
  t.strictSame((await again.get('/cart')).body, {})
})

t.test('every block of the document is run, and every place that it points to is there', async t => {
  const run = ['What the service needs', 'Before', '1. Shadow', '2. Read-through', '3. The service alone', 'With @fastify/session']
  t.strictSame([...new Set(blocks.map(({ heading }) => heading))], run)
  t.strictSame(run.map(heading => under(heading).length), [1, 2, 1, 1, 1, 1])
  const anchors = headingsOf(text).map(heading => heading.toLowerCase().replace(/[^\w -]/g, '').replaceAll(' ', '-'))
  for (const [, anchor = ''] of text.matchAll(/\]\(#([^)]*)\)/g)) t.ok(anchors.includes(anchor), anchor)
})
