import type { FastifyInstance } from 'fastify'
import t from 'tap'
import { createKeys } from '../../src/store/keys.ts'
import { build, login, loginByCookie } from '../harness.ts'
import { noteCredential } from '../leaks/known.ts'
import { ageGeneration, outcomeOf, partsOf, rotate, rotateInTime } from './attempt.ts'
import { ageSession } from '../store/aging.ts'

/*
 * A thief has a copy of a credential, and the owner goes on with the original. Whoever falls behind for longer than the grace gives both away:
 * the session ends for both, and only the owner can log in anew. Many rounds at once: test/races/thief.race.ts.
 */

/** What is done to Redis behind its back is no news to the near-cache. */
const strict = { NEAR_CACHE_MS: '0' }

const me = async (app: FastifyInstance, credential: string) => outcomeOf(await app.inject({ url: '/me', headers: { 'x-session-id': credential } }))

t.test('the thief who falls behind is found out by the next use of the copy', async t => {
  const { app, config } = await build(t, strict)
  const stolen = (await login(app)).credential
  const next = await rotate(app, stolen)
  t.equal(await me(app, next), '200 Alice')
  await ageGeneration(app, config.KEY_PREFIX, stolen, 31_000)
  t.equal(await me(app, stolen), '401 invalid_session')
  t.equal(await me(app, next), '401 invalid_session', 'the owner learns of it and logs in')
})

t.test('the thief who runs ahead is found out by the owner’s next use', async t => {
  const { app, config } = await build(t, strict)
  for (const steps of [1, 2, 30]) {
    const stolen = (await login(app)).credential
    let ahead = stolen
    for (let i = 0; i < steps; i++) {
      ahead = await rotateInTime(app, config.KEY_PREFIX, ahead)
      t.equal(await me(app, ahead), '200 Alice')
    }
    // One step ahead is within the grace; of two the first has to be out of it.
    if (steps === 1) await ageGeneration(app, config.KEY_PREFIX, stolen, 31_000)
    t.equal(await me(app, stolen), '401 invalid_session')
    t.equal(await me(app, ahead), '401 invalid_session', `the thief loses it, ${steps} ahead`)
  }
})

t.test('both within the grace are one: neither is logged out, and both are given the same successor', async t => {
  const { app } = await build(t)
  const shared = (await login(app)).credential
  const [ofOwner, ofThief] = [await rotate(app, shared), await rotate(app, shared)]
  t.equal(ofOwner, ofThief)
  for (const credential of [ofOwner, shared, ofThief, shared]) t.equal(await me(app, credential), '200 Alice')
})

t.test('a stolen cookie is worth as little: by policy the owner’s browser goes on, and the copy ends the session', async t => {
  const { app, config } = await build(t, strict)
  const stolen = await loginByCookie(app)
  await ageSession(app.redis, createKeys(config.KEY_PREFIX), partsOf(stolen.credential).id, 16 * 60)
  const asCookie = async (cookie: string) => app.inject({ url: '/me', headers: { cookie } })
  const [next = ''] = String((await asCookie(stolen.cookie)).headers['set-cookie']).split(';')
  noteCredential(app, next.slice(next.indexOf('=') + 1))
  t.equal(outcomeOf(await asCookie(next)), '200 Alice')
  await ageGeneration(app, config.KEY_PREFIX, stolen.credential, 31_000)
  const replayed = await asCookie(stolen.cookie)
  t.equal(outcomeOf(replayed), '401 invalid_session')
  t.equal(replayed.headers['set-cookie'], undefined, 'the copy is not exchanged for the successor')
  t.equal(outcomeOf(await asCookie(next)), '401 invalid_session')
})
