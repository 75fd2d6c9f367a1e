import t from 'tap'
import { createVerifier, SessionServiceError } from '../src/index.ts'
import type { Client } from '../src/client.ts'

const credential = (i: number) => `00000000-0000-4000-8000-${String(i).padStart(12, '0')}.1.${'x'.repeat(64)}`

/** A service that is asked by nobody else: it knows even numbers only. */
function service ({ keepMs = 1000, delayMs = 5 } = {}) {
  const batches: string[][] = []
  const state = { keepMs: keepMs as number | string, failing: false, include: undefined as string | undefined }
  const introspectBatch = (async ({ body: { tokens, include } }: { body: { tokens: string[], include?: string } }) => {
    batches.push(tokens)
    state.include = include
    await new Promise(resolve => setTimeout(resolve, delayMs))
    if (state.failing) throw new SessionServiceError('unreachable', 0, 'away')
    const results = tokens.map(token => Number(token.slice(24, 36)) % 2 === 0 ? { active: true, sub: token.slice(24, 36) } : { active: false })
    return { status: 200, headers: new Headers({ 'x-keep-ms': String(state.keepMs) }), body: { results } }
  }) as unknown as Client['introspectBatch']
  return { batches, state, client: { introspectBatch } }
}

t.test('questions of one turn travel together, the same one once, and answers come to who asked', async t => {
  const { batches, client } = service()
  const { verify } = createVerifier({ client })
  const answers = await Promise.all([...Array.from({ length: 20 }, (_, i) => i), 4, 4].map(i => verify(credential(i))))
  t.strictSame(batches.map(({ length }) => length), [20])
  t.strictSame(answers.map(answer => answer === null ? null : Number(answer.sub)), [...Array.from({ length: 20 }, (_, i) => i % 2 === 0 ? i : null), 4, 4])
})

t.test('what is known is answered at once, for as long as the service allows from when it was asked', async t => {
  const { batches, client } = service({ keepMs: 100 })
  let now = 0
  const { verify } = createVerifier({ client, clock: () => now })
  t.match(await verify(credential(2)), { sub: '000000000002' })
  t.equal(await verify(credential(3)), null)
  now = 99
  t.match(verify(credential(2)), { active: true }, 'without a promise')
  t.equal(verify(credential(3)), null)
  t.equal(batches.length, 2)
  now = 100
  const asked = verify(credential(2))
  t.ok(asked instanceof Promise)
  await new Promise(resolve => setImmediate(resolve))
  now = 201 // the answer takes longer than it may be kept
  await asked
  t.ok(verify(credential(2)) instanceof Promise)
})

t.test('where the service lets nothing be kept, everything is asked', async t => {
  const { batches, client } = service({ keepMs: 0 })
  const { verify } = createVerifier({ client })
  for (let i = 0; i < 3; i++) await verify(credential(2))
  t.equal(batches.length, 3)
})

t.test('what cannot be known is an error for all who asked, and is asked again', async t => {
  const { state, client } = service()
  const { verify } = createVerifier({ client })
  state.failing = true
  const answers = await Promise.allSettled([verify(credential(1)), verify(credential(2)), verify(credential(2))])
  t.strictSame(answers.map(({ status }) => status), ['rejected', 'rejected', 'rejected'])
  state.failing = false
  t.match(await verify(credential(2)), { active: true })
})

t.test('who waits behind a question without an answer gets none either, and no more wait than may', async t => {
  const { batches, state, client } = service({ delayMs: 20 })
  const { verify } = createVerifier({ client })
  state.failing = true
  const answers = await Promise.allSettled(Array.from({ length: 6000 }, (_, i) => verify(credential(i))))
  t.ok(answers.every(({ status }) => status === 'rejected'))
  t.ok(batches.length <= 8, `${batches.length} calls`)
  state.failing = false
  t.match(await verify(credential(2)), { active: true })
})

t.test('who asks while the same question is on its way is answered by what is so now', async t => {
  const { batches, client } = service({ keepMs: 0 })
  const { verify } = createVerifier({ client })
  const first = verify(credential(2))
  await new Promise(resolve => setImmediate(resolve))
  await Promise.all([first, verify(credential(2))])
  t.equal(batches.length, 2)
})

t.test('no verdict is kept for longer than a second, whatever the service says', async t => {
  for (const [keepMs, isKept] of [['60000', true], ['Infinity', true], ['x', false], ['-1', false]] as const) {
    const { state, client } = service()
    state.keepMs = keepMs
    let now = 0
    const { verify } = createVerifier({ client, clock: () => now })
    await verify(credential(2))
    t.equal(verify(credential(2)) instanceof Promise, !isKept, keepMs)
    now = 1000
    t.ok(verify(credential(2)) instanceof Promise)
  }
})

t.test('tokens travel apart, and no call is larger than the service takes', async t => {
  const { batches, client } = service()
  const { verify } = createVerifier({ client })
  const tokens = Array.from({ length: 400 }, (_, i) => `eyJ${'a'.repeat(4000)}.b.${i}`)
  await Promise.all([...tokens, credential(2)].map(text => verify(text)))
  t.ok(batches.every(batch => batch.join('').length <= 900_000))
  t.equal(batches.filter(batch => batch.some(text => text.startsWith('eyJ'))).length, 2)
  t.strictSame(batches.filter(batch => !batch[0]?.startsWith('eyJ')), [[credential(2)]])
})

t.test('what is no credential is not worth a question', async t => {
  const { batches, client } = service()
  const { verify } = createVerifier({ client })
  for (const junk of ['', 'x', 'null', credential(1).slice(1), `${credential(1)}x`, credential(1).replace('.1.', '.01.'), `eyJ${'x'.repeat(4096)}.y.z`, 'eyJx.y']) t.equal(verify(junk), null, junk.slice(0, 50))
  t.equal(batches.length, 0)
  t.equal(await verify(`eyJ${'a'.repeat(30)}.b.c`), null, 'a token may be one')
})

t.test('no more is remembered than may be; of thousands of questions at once no batch is too large, and four are under way at most', async t => {
  const { batches, client } = service({ keepMs: 60_000, delayMs: 20 })
  const { verify } = createVerifier({ client, maxEntries: 100 })
  let most = 0
  const asked = Promise.all(Array.from({ length: 3000 }, (_, i) => verify(credential(2 * i))))
  await new Promise(resolve => setTimeout(resolve, 10))
  most = batches.length
  const answers = await asked
  t.ok(most <= 4, `${most} under way`)
  t.ok(batches.every(({ length }) => length <= 500))
  t.equal(answers.filter(answer => answer !== null).length, 3000)
  t.match(verify(credential(5998)), { active: true })
  t.ok(verify(credential(0)) instanceof Promise, 'the oldest has gone')
})

t.test('who has not logged in is asked about only by who takes such sessions for good', async t => {
  const { client, state } = service()
  await createVerifier({ client }).verify(credential(2))
  t.equal(state.include, undefined)
  await createVerifier({ client, anonymous: true }).verify(credential(2))
  t.equal(state.include, 'anonymous')
})
