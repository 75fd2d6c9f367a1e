import { setImmediate as turn, setTimeout as sleep } from 'node:timers/promises'
import type { Test } from 'tap'
import { mastersOf, type RedisClient } from '../../src/store/scripts.ts'
import { build, buildAnother, inspector } from '../harness.ts'

const LOAD = 20

export interface LinkKills {
  /** Of a Redis whose every subscriber may be killed. */
  url: string
  kills: number
}

/** Kills the link that brings news again and again under load, each time while a session is ended elsewhere. */
export async function killLinks (t: Test, { url, kills }: LinkKills): Promise<void> {
  const { app: here, config } = await build(t, { REDIS_URL: url, SESSION_LIMIT: '1000', NEAR_CACHE_MS: '1000' })
  const elsewhere = await buildAnother(t, config)
  const redis = await inspector(t, url)
  const isProven = () => here.nearCache?.isProven() === true
  const opened = () => patiently(() => elsewhere.sessions.open({ userId: '1', profile: { email: 'alice@example.com', name: 'Alice', roles: [] }, ipAddress: '203.0.113.7', userAgent: 'curl' }))

  const over = new AbortController()
  let [validations, refused] = [0, 0]
  async function load (credential: string): Promise<void> {
    for (; !over.signal.aborted; validations++) {
      if (await patiently(async () => here.sessions.validate(credential)) === null) refused++
      await sleep(1)
    }
  }
  const crowd = await Promise.all(Array.from({ length: LOAD }, opened))
  const loads = crowd.map(({ credential }) => load(credential))

  let [stale, longestMs, repeated] = [0, 0, 0]
  for (let kill = 0; kill < kills; kill++) {
    while (!isProven()) await turn()
    const { credential, session } = await opened()
    await patiently(async () => here.sessions.validate(credential))
    const end = async () => {
      await sleep(kill % 3)
      await patiently(() => elsewhere.sessions.end(session))
      return performance.now()
    }
    const [endedAtMs] = await Promise.all([end(), patiently(() => killSubscribers(redis))])
    while (isProven()) {
      if (await patiently(async () => here.sessions.validate(credential)) !== null) {
        repeated++
        longestMs = Math.max(longestMs, performance.now() - endedAtMs)
      }
      await turn()
    }
    while (!isProven()) await turn()
    if (await patiently(async () => here.sessions.validate(credential)) !== null) stale++
  }
  over.abort()
  await Promise.all(loads)
  t.comment(`${validations} validations beside it; accepted ${repeated} times between an end and the notice of the kill, ${longestMs.toFixed(1)} ms after the end at most`)
  t.equal(stale, 0)
  t.ok(longestMs < 1000)
  t.equal(refused, 0, 'nobody else was refused')
  t.ok(validations > 10 * kills)
}

/** Of a Cluster nobody knows to which node they are. */
export async function killSubscribers (redis: RedisClient): Promise<void> {
  await Promise.all(mastersOf(redis).map(master => master.client('KILL', 'TYPE', 'PUBSUB')))
}

/** A machine that is busy with other tests may keep Redis waiting for longer than a command may take. */
async function patiently<T> (ask: () => Promise<T>): Promise<T> {
  for (let tries = 1; ; tries++) {
    try {
      return await ask()
    } catch (error) {
      if (tries === 100) throw error
      await sleep(50)
    }
  }
}
