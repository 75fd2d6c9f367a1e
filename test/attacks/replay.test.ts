import { createHmac, hkdfSync, randomBytes } from 'node:crypto'
import t from 'tap'
import { createCredentialIssuer } from '../../src/sessions/credential.ts'
import { createKeyring } from '../../src/sessions/keyring.ts'
import { createKeys } from '../../src/store/keys.ts'
import { build, buildAnother, login, randomKeyring } from '../harness.ts'
import { noteCredential } from '../leaks/known.ts'
import { ageGeneration, bytesOf, everyWay, outcomeOf, partsOf, rotate, rotateInTime } from './attempt.ts'

/** What is done to Redis behind its back is no news to the near-cache. */
const strict = { NEAR_CACHE_MS: '0' }

/** What every transport says of a credential; one text if they agree. */
async function worthOf (app: Parameters<typeof everyWay>[0], credential: string): Promise<string> {
  return [...new Set((await everyWay(app, credential)).map(outcomeOf))].join()
}

t.test('within the grace a predecessor works and gains nothing: the same successor, and not a moment more', async t => {
  const { app, config } = await build(t, { TOUCH_INTERVAL_MS: '0' })
  const first = (await login(app)).credential
  const second = await rotate(app, first)
  noteCredential(app, second)
  t.equal(await worthOf(app, second), '200 Alice')
  await ageGeneration(app, config.KEY_PREFIX, first, 10_000)
  for (let i = 0; i < 5; i++) {
    t.equal(await worthOf(app, first), '200 Alice')
    t.equal(await rotate(app, first), second, 'no branch of its own')
  }
  const key = createKeys(config.KEY_PREFIX).session(partsOf(first).id)
  const [createdAt, advanced] = await app.redis.hmget(key, 'c', 'r')
  const advancedMs = Date.now() - Number(createdAt) - Number(advanced)
  t.ok(advancedMs >= 10_000, `the grace began ${advancedMs} ms ago`)
  await ageGeneration(app, config.KEY_PREFIX, first, 30_001)
  t.equal(await worthOf(app, first), '401 invalid_session', 'when it is over, it is over')
  t.equal(await worthOf(app, second), '401 invalid_session', 'and somebody has both, so neither is good')
})

t.test('a replay after the grace ends the session on every instance, and what was derived from it', async t => {
  const { app, config } = await build(t, strict)
  const other = await buildAnother(t, config)
  const chain = [(await login(app)).credential]
  for (let i = 1; i < 4; i++) chain.push(await rotateInTime(app, config.KEY_PREFIX, chain[i - 1] ?? ''))
  // The third is in use and the fourth is not.
  await ageGeneration(app, config.KEY_PREFIX, chain[0] ?? '', 31_000)
  t.equal(await worthOf(app, chain[2] ?? ''), '200 Alice', 'the owner goes on')
  t.equal(await worthOf(app, chain[1] ?? ''), '401 invalid_session', 'the replay')
  for (const credential of chain) {
    t.equal(await worthOf(other, credential), '401 invalid_session')
    const asked = await app.inject({ method: 'POST', url: '/session/rotate', headers: { 'x-session-id': credential } })
    t.equal(outcomeOf(asked), '401 invalid_session', 'nor does it rotate any more')
  }
  const never = createCredentialIssuer(createKeyring(config.SESSION_KEYS)).open('1').text
  t.strictSame(new Set([...await everyWay(app, chain[1] ?? ''), ...await everyWay(app, never)].map(bytesOf)).size, 1, 'not to be told from one that never was')
})

t.test('a predecessor’s predecessor ends the session, also within every grace', async t => {
  const { app, config } = await build(t, { ...strict, ROTATION_GRACE_SECONDS: '300' })
  const other = await login(app)
  const first = (await login(app)).credential
  const second = await rotate(app, first)
  const third = await rotateInTime(app, config.KEY_PREFIX, second)
  for (const credential of [second, third]) t.equal(await worthOf(app, credential), '200 Alice')
  t.equal(await worthOf(app, first), '401 invalid_session')
  t.equal(await worthOf(app, third), '401 invalid_session')
  t.equal(await worthOf(app, other.credential), '200 Alice', 'other sessions of the account are none of its business')
  t.strictSame(await app.redis.keys(`${config.KEY_PREFIX}session:*`).then(keys => keys.length), 1)
})

t.test('a higher generation cannot be made without the key: it is refused and moves nothing', async t => {
  const { app, config } = await build(t, strict)
  const { credential } = await login(app)
  const { id, proof } = partsOf(credential)
  const secret = Buffer.from(proof, 'base64url').subarray(0, 16)
  const strange = createCredentialIssuer(createKeyring(randomKeyring()))
  const own = createCredentialIssuer(createKeyring(config.SESSION_KEYS))
  const withProof = (generation: number, bytes: Buffer) => `${id}.${generation}.${bytes.toString('base64url')}`
  const forged = [
    ...[2, 3, 99, 999_999_999].map(generation => `${id}.${generation}.${proof}`),
    withProof(2, Buffer.concat([secret, Buffer.from(partsOf(strange.open('1').text).proof, 'base64url').subarray(16)])),
    withProof(2, Buffer.concat([secret, Buffer.alloc(32)])),
    // A good MAC of this service, over another session's id, with this one's id before it.
    `${id}.2.${partsOf(own.successor(own.open('1').text)?.text ?? '').proof}`
  ]
  const key = createKeys(config.KEY_PREFIX).session(id)
  const before = await app.redis.hgetall(key)
  for (const text of forged) t.equal(await worthOf(app, text), '401 invalid_session', text.slice(36, 60))
  t.strictSame(await app.redis.hgetall(key), before)
  t.equal(await worthOf(app, credential), '200 Alice', 'nobody is logged out by a forgery')
})

t.test('a good MAC without this session’s secret, as whoever has the key could make, opens and moves nothing', async t => {
  const { app, config } = await build(t, strict)
  const { credential } = await login(app)
  const { id } = partsOf(credential)
  const owner = createCredentialIssuer(createKeyring(config.SESSION_KEYS))
  const key = Buffer.from(config.SESSION_KEYS.split(':')[1] ?? '', 'base64url')
  const subkey = Buffer.from(hkdfSync('sha256', key, Buffer.alloc(0), 'session-service:v1:credential', 32))
  for (const generation of [1, 2, 1000]) {
    const secret = randomBytes(16)
    const text = `${id}.${generation}.${Buffer.concat([secret, createHmac('sha256', subkey).update(`${id}.${generation}.`).update(secret).digest()]).toString('base64url')}`
    t.ok(owner.parse(text), 'the MAC is good')
    t.equal(await worthOf(app, text), '401 invalid_session')
  }
  t.equal(await worthOf(app, credential), '200 Alice')
})

t.test('within the grace there is no second rotation: whoever still has the first credential stays logged in', async t => {
  const { app, config } = await build(t, strict)
  const first = (await login(app)).credential
  const second = await rotate(app, first)
  for (const credential of [second, first, second]) t.equal(await rotate(app, credential), second)
  await ageGeneration(app, config.KEY_PREFIX, first, 29_000)
  t.equal(await rotate(app, second), second)
  t.equal(await worthOf(app, first), '200 Alice')
  await ageGeneration(app, config.KEY_PREFIX, first, 30_001)
  const third = await rotate(app, second)
  t.not(third, second)
  t.equal(await worthOf(app, second), '200 Alice')
  t.equal(await worthOf(app, third), '200 Alice')
})
