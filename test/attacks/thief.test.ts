import { setTimeout as sleep } from 'node:timers/promises'
import type { FastifyInstance } from 'fastify'
import t from 'tap'
import { createKeys } from '../../src/store/keys.ts'
import { build, buildAnother, demo, login, loginByCookie } from '../harness.ts'
import { noteCredential } from '../leaks/known.ts'
import { ageGeneration, outcomeOf, partsOf, rotate, rotateInTime } from './attempt.ts'
import { ageSession } from '../store/aging.ts'
import { unlimitedLogins } from '../unlimited-logins.ts'

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

t.test('a thief who races the victim’s change of the password gets nothing out of it, on any instance', async t => {
  const { app, config } = await build(t, unlimitedLogins)
  const other = await buildAnother(t, config)
  const stolen = await login(app)
  const ask = (instance: FastifyInstance, method: 'GET' | 'POST', url: string, payload?: object) =>
    instance.inject({ method, url, headers: { 'x-session-id': stolen.credential }, ...(payload && { payload }) })
  const tries: Array<[method: 'GET' | 'POST', url: string, payload?: object]> = [
    ['GET', '/me'], ['POST', '/session/rotate'], ['GET', '/sessions'], ['GET', '/session'],
    ['POST', '/session/reauthenticate', { password: 'a guess' }], ['POST', '/me/password', { currentPassword: 'a guess', newPassword: 'nine herons wade' }]
  ]
  const seen: string[] = []
  const over = new AbortController()
  async function steal (instance: FastifyInstance): Promise<void> {
    while (!over.signal.aborted) {
      for (const [method, url, payload] of tries) {
        const response = await ask(instance, method, url, payload)
        const isExpected = response.statusCode === 401 || (response.statusCode === 200 && payload === undefined)
        if (!isExpected) t.fail(`${url} answered ${response.statusCode} ${response.body}`)
        seen.push(response.body)
      }
    }
  }
  const thieves = [steal(app), steal(other)]
  const response = await stolen.call('POST', '/me/password', { currentPassword: demo.alice.password, newPassword: 'seven otters sing' })
  t.equal(response.statusCode, 200, response.body)
  const { sessionId } = response.json<{ sessionId: string }>()
  noteCredential(app, sessionId)
  // Known at once where it was done, and everywhere within the life of what is remembered.
  for (const instance of [app, other]) {
    for (const attempt of tries) t.equal(outcomeOf(await ask(instance, ...attempt)), '401 invalid_session', `${attempt[1]} afterwards`)
    await sleep(1000)
  }
  over.abort()
  await Promise.all(thieves)
  t.ok(seen.length > 10, `${seen.length} attempts`)
  t.notOk(seen.some(body => body.includes(sessionId.slice(-64))), 'never the new credential')
  const successor = app.sessions.rotate({ rotation: 'possible' }, stolen.credential)
  t.equal(await me(other, successor), '401 invalid_session')
  for (const instance of [app, other]) t.equal(await me(instance, sessionId), '200 Alice', 'the victim is still logged in')
})
