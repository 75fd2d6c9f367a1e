import { spawn } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import t from 'tap'
import { asyncApi } from '../../../src/routes/events/asyncapi.ts'
import { build, login } from '../../harness.ts'
import { faultOf, listening } from './clients.ts'

t.test('every message has an example that fits, and nothing else does', t => {
  for (const [name, { examples: [example] }] of Object.entries(asyncApi.components.messages)) {
    t.equal(faultOf(example?.payload), null, name)
    t.not(faultOf({ ...example?.payload, more: 1 }), null)
  }
  t.not(faultOf({ type: 'unknown' }), null)
  t.strictSame(asyncApi.operations.tell.messages.length, Object.keys(asyncApi.components.messages).length - 1)
  t.end()
})

t.test('the service shows the document to whoever asks, and Swagger UI leads there', async t => {
  const { app } = await build(t)
  const response = await app.inject('/asyncapi.json')
  t.equal(response.statusCode, 200)
  t.strictSame(response.json(), JSON.parse(readFileSync(new URL('../../../openapi/asyncapi.json', import.meta.url), 'utf8')), 'it is the committed one')
  const { info, paths } = (await app.inject('/openapi.json')).json<{ info: { description: string }, paths: Record<string, { get: { description: string } }> }>()
  for (const text of [info.description, paths['/session/events']?.get.description]) t.match(text, '](/asyncapi.json)')
})

t.test('the example in a terminal shows what happens, until the session ends', async t => {
  const { app } = await build(t)
  const alice = await login(app)
  const example = fileURLToPath(new URL('../../../examples/live/watch.mjs', import.meta.url))
  const child = spawn(process.execPath, [example], { env: { SESSIONS_URL: `http://${await listening(app)}`, SESSION_ID: alice.credential }, stdio: ['ignore', 'pipe', 'inherit'] })
  t.teardown(() => child.kill())
  const lines: string[] = []
  for await (const line of createInterface(child.stdout)) {
    lines.push(line)
    if (line.includes('"ready"')) await alice.call('PUT', '/session/data', { key: 'cart', value: 1 })
    if (line.includes('"cart"')) await alice.call('POST', '/logout')
  }
  t.match(lines, [/"type":"ready"/, /"type":"data\.changed".*"key":"cart"/, /"type":"session\.revoked","reason":"logged_out"/, 'The session has ended.'])
})
