/*
 * docs/integrating.md as it stands, but for the port of the service: what is for a shell is pasted into one, and prints what is shown;
 * a program is a process of its own, in the folder of a service that has taken the client as the document says.
 */
import { mkdirSync, mkdtempSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import t, { type Test } from 'tap'
import { createClient } from '../src/index.ts'
import { createBrowser } from './browser.ts'
import { ask, startConsumer } from './consumer.ts'
import { blocksOf, headingsOf, read, type Block } from './document.ts'
import { paste as pasteInto } from './paste.ts'
import { admin, startService, until } from './service.ts'
import { asShown, shownAnswer } from './shown-answer.ts'

type Run = (t: Test, block: Block) => Promise<void>

/** How a block is run, by its heading and its language. */
const runs: Record<string, Record<string, Run>> = {
  nginx: { nginx: isExample },
  'Acting for the user': { shell: async (t, block) => answers(t, block, { KEY: await service.keyFor('checkout', ['tokens:issue']) }) },
  'Your own service, in any language': { shell: answers },
  Fastify: { shell: installs, js: (t, block) => guards(t, block, bySession, 401) },
  Express: { js: (t, block) => guards(t, block, bySession, 401) },
  'Express with express-session': { js: keepsSessions },
  'The client': { js: listsSessions },
  'Without asking: tokens': { shell: answers, js: (t, block) => guards(t, block, byToken, 200) },
  'What has ended': { shell: tellsAnEnd, js: (t, block) => guards(t, block, byToken, 401) },
  'Repeating a write': { shell: repeats },
  'Signing in the place of a key': { shell: makesKeyPair, js: (t, block) => guards(t, block, bySession, 401) },
  'Users who log in elsewhere': { shell: async (t, block) => answers(t, block, { KEY: await service.keyFor('accounts', ['sessions:create']) }) }
}

const root = fileURLToPath(new URL('../../..', import.meta.url))
const text = read('docs/integrating.md')
const examples = ['fastify', 'express', 'express-session', 'signed', 'offline', 'revocable'].map(name => read(`examples/consumers/${name}.mjs`)).join('')
  .replace(/'\.\.\/\.\.\/packages\/client\/dist\/([\w-]+)\.js'/g, (_, name: string) => `'session-service-client${name === 'index' ? '' : `/${name}`}'`).split('\n')

const settings = [...text.matchAll(/(?<=[` ])(TOKEN_\w+)=([^\s`]+)/g)].map(([, name = '', value = '']) => [name, value] as const)
const service = await startService(t, { TOKEN_AUDIENCES: '', TOKEN_ISSUER: '', ...Object.fromEntries(settings) })
const shop = shopBesideTheService(t)
const variables = { KEY: '', KEY_ID: '', SID: await service.logIn(), SECRET: 'a-secret-of-thirty-two-characters' }

const bySession = async (session: string) => ({ 'x-session-id': session })
const byToken = async (session: string) => ({ authorization: `Bearer ${(await service.client.issueToken({ session, body: { audience: 'shop' } })).body.token}` })

for (const block of blocksOf(text)) {
  const { heading, language, line } = block
  t.test(`line ${line}, ${language} under "${heading}", does what the document says`, async t => {
    const run = runs[heading]?.[language]
    if (run === undefined) throw new Error(`Nobody runs the block in line ${line} of docs/integrating.md. Say how in "runs" of packages/client/test/docs.test.ts: ${language} under "${heading}".`)
    await run(t, block)
  })
}

t.test('the document has every block that is run, and no fence that is none of a block', async t => {
  const blocks = blocksOf(text)
  for (const [heading, languages] of Object.entries(runs)) {
    for (const language of Object.keys(languages)) t.ok(blocks.some(block => block.heading === heading && block.language === language), `${language} under "${heading}"`)
  }
  t.equal(text.match(/^\s*(```|~~~)/gm)?.length, 2 * blocks.length)
})

t.test('every place of the document that it points to is there', async t => {
  const anchors = headingsOf(text).map(heading => heading.toLowerCase().replace(/[^\w -]/g, '').replaceAll(' ', '-'))
  for (const [, anchor = ''] of text.matchAll(/\]\(#([^)]*)\)/g)) t.ok(anchors.includes(anchor), anchor)
})

t.test('the package says where its parts are', async t => {
  const { exports } = JSON.parse(read('packages/client/package.json')) as { exports: Record<string, { default: string, types: string }> }
  for (const { default: code, types } of Object.values(exports)) {
    for (const file of [code, types]) t.ok(read(`packages/client/${file}`).length > 0, file)
  }
})

/** The folder of another service, with the repository beside it under the name that it has in the document. */
function shopBesideTheService (t: Test): string {
  const folder = mkdtempSync(join(tmpdir(), 'sessions-docs-'))
  t.teardown(() => rmSync(folder, { recursive: true, force: true }))
  symlinkSync(root, join(folder, 'session-service'))
  mkdirSync(join(folder, 'shop'))
  writeFileSync(join(folder, 'shop', 'package.json'), '{ "name": "shop", "private": true }')
  return join(folder, 'shop')
}

const paste = (commands: string, cwd: string, more: Partial<typeof variables> = {}) => pasteInto(here(commands), cwd, { DATA_DIR: service.dataDir, ...variables, ...more })

const here = (commands: string) => commands.replaceAll('http://localhost:3000', service.url)

/** Commands, and what they answer if that is shown. A key that they make is the one of all that come after. */
async function answers (t: Test, { text }: Block, more: Partial<typeof variables> = {}): Promise<void> {
  const [commands = '', answer] = text.split(/^(?={)/m)
  const printed = await paste(commands, root, more)
  if (answer !== undefined) t.strictSame(asShown(JSON.parse(printed), shownAnswer(answer)), shownAnswer(answer))
  const [key] = /^ssk_\S+$/m.exec(printed) ?? []
  if (key !== undefined) variables.KEY = key
}

/** What is pasted twice is done once. */
async function repeats (t: Test, { text }: Block): Promise<void> {
  const KEY = await service.keyFor('repeater', ['sessions:create'])
  const first = await paste(text, root, { KEY })
  t.match(JSON.parse(first), { message: 'Session opened' })
  t.equal(await paste(text, root, { KEY }), first)
}

/** Files of the shop, of which an operator of the session service is given one; the id that is printed is that of all assertions that come after. */
async function makesKeyPair (t: Test, { text }: Block): Promise<void> {
  const printed = await paste(text.replaceAll(/\bshop\.(?=pem|jwk)/g, `${shop}/shop.`), root)
  const [id = ''] = /^ +[0-9a-f]{16}(?=.* signs with EdDSA$)/m.exec(printed) ?? []
  t.not(id, '', printed)
  t.equal(statSync(join(shop, 'shop.pem')).mode & 0o077, 0, 'nobody else reads it')
  variables.KEY_ID = id.trim()
}

/** The same, of a session that has ended. */
async function tellsAnEnd (t: Test, block: Block): Promise<void> {
  await service.client.logout({ session: await service.logIn() })
  await answers(t, block)
}

/** What the shop has besides, it has already. */
async function installs (_t: Test, { text }: Block): Promise<void> {
  await paste(text, shop)
  for (const name of ['fastify', 'express', 'express-session', 'jose']) symlinkSync(join(root, 'node_modules', name), join(shop, 'node_modules', name))
}

/** How the program of a block is run, as its first line says. */
function commandOf ({ text }: Block): string {
  const [, command] = /^\/\/ (.*node shop\.mjs)/.exec(text) ?? []
  if (command === undefined) throw new Error('Its first line does not say how it is run: // SESSIONS_URL=… node shop.mjs')
  writeFileSync(join(shop, 'shop.mjs'), text)
  return `exec env ${here(command)}`
}

/** A program that is made of lines of the examples: who is logged in gets in, others do not. `afterwards` is the status for who has logged out. */
async function guards (t: Test, block: Block, present: (session: string) => Promise<Record<string, string>>, afterwards: number): Promise<void> {
  for (const line of block.text.split('\n').slice(1)) t.ok(examples.includes(line), line)
  const url = await startConsumer(t, ['bash', '--norc', '-euc', commandOf(block)], shop, variables)
  const session = await service.logIn()
  const [mine, operators] = [await present(session), await present(await service.logIn(admin))]
  const places = [...block.text.matchAll(/app\.get\('(.+?)'(.*)/g)].map(([, path, demands = '']) => ({ place: `${url}${path}`, isForAdmin: demands.includes('role:') }))
  t.ok(places.length > 0)
  for (const { place, isForAdmin } of places) {
    t.equal((await ask(place)).status, 401)
    t.equal((await ask(place, mine)).status, isForAdmin ? 403 : 200)
    const { status, body } = await ask(place, operators)
    t.strictSame([status, Object.keys(body).length], [200, 1], 'whatever it tells is known')
  }
  await service.client.logout({ session })
  await until(async () => (await ask(`${url}/orders`, mine)).status === afterwards)
}

/** A program that is made of lines of the examples: a browser logs in, and is logged out by whoever ends its session at the service. */
async function keepsSessions (t: Test, block: Block): Promise<void> {
  for (const line of block.text.split('\n').slice(1)) t.ok(examples.includes(line), line)
  const [scopes = ''] = /sessions:read.*(?=\))/.exec(block.text) ?? []
  const KEY = await service.keyFor('web', scopes.split(', '))
  const url = await startConsumer(t, ['bash', '--norc', '-euc', commandOf(block)], shop, { ...variables, KEY })
  const browser = createBrowser(url)
  t.equal((await browser.get('/orders')).status, 401)
  t.equal((await browser.post('/login')).status, 200)
  t.match(await browser.get('/orders'), { status: 200, body: { ordersOf: 'customer-4711' } })
  const operators = createClient({ url: service.url, key: await service.keyFor('desk-2', ['sessions:revoke']) })
  await operators.endUserSessions({ query: { userId: 'customer-4711' } })
  t.equal((await browser.get('/orders')).status, 401)
  await browser.post('/login')
  t.equal((await browser.post('/logout')).status, 200)
  t.equal((await browser.get('/orders')).status, 401)
}

/** A program that prints the sessions of alice, of which one is $SID. */
async function listsSessions (t: Test, block: Block): Promise<void> {
  const printed = await paste(commandOf(block), shop, { KEY: await service.keyFor('desk', ['sessions:read']) })
  t.match(printed, variables.SID.slice(0, 36))
}

/** What `npm run test:gateways` runs. */
async function isExample (t: Test, { text }: Block): Promise<void> {
  t.equal(text.trim(), read('examples/gateways/nginx.conf').trim())
}
