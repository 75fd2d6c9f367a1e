import { setTimeout as sleep } from 'node:timers/promises'
import { addCaller } from '../caller.ts'
import { createCopier } from '../copies.ts'
import type { Bench } from '../measure.ts'
import { insist, type Row } from '../report.ts'
import { storeOn } from '../seed.ts'
import { percentile } from '../statistics.ts'

const MOST_MB = 200
/** How long the last revocation may take to be told. */
const LATEST_MS = 10_000

interface Told { counts: number[], same: boolean, closed: number }

/** Many who read the feed of revocations, while many sessions end: each is told each, and memory stays what it is. */
export async function feed ({ stage, plan: { feed: { subscribers, perSecond, seconds }, judges } }: Bench): Promise<Row[]> {
  const redis = await stage.startRedis('feed')
  const DATABASE_URL = await stage.createDatabase()
  const service = await stage.serveSessions(redis, { DATABASE_URL })
  const SESSIONS_KEY = await addCaller(DATABASE_URL)
  const copier = await createCopier(redis.client, stage.sessionKeys)
  const { store } = storeOn(redis.client)
  const ending = (await copier.open(perSecond * seconds, number => String(40_000_000 + number))).map(copier.parsed)
  const readers = await stage.serve('load/subscribers.mjs', { env: { SESSIONS_URL: service.url, SESSIONS_KEY, SUBSCRIBERS: String(subscribers) }, everyCore: true })
  await sleep(500)
  const { rssBytes: before } = await service.observe()

  const startedAt = performance.now()
  const rss: number[] = []
  for (const [i, { id }] of ending.entries()) {
    const waitMs = startedAt + 1000 * i / perSecond - performance.now()
    if (waitMs > 1) await sleep(waitMs)
    if (i % perSecond === 0) rss.push((await service.observe()).rssBytes)
    insist(await store.end(String(40_000_000 + i), id), 'a session was not there to end')
  }
  const endedAt = performance.now()
  let told = await readers.ask<Told>({ read: true })
  while (!isWhole(told, ending.length) && performance.now() < endedAt + LATEST_MS) {
    await sleep(20)
    told = await readers.ask<Told>({ read: true })
  }
  insist(told.closed === 0, `${told.closed} of ${subscribers} readers were cut off`)
  insist(isWhole(told, ending.length), `of ${ending.length} revocations readers were told ${told.counts.join(', ')}${told.same ? '' : ', not the same'}`)
  const { rssBytes: after, cpuMicroseconds } = await service.observe()
  const grown = (Math.max(...rss, after) - before) / 1024 / 1024
  return [{
    figure: `${subscribers} readers of GET /v1/revocations, ${(ending.length / (endedAt - startedAt) * 1000).toFixed(0)} ends a second for ${((endedAt - startedAt) / 1000).toFixed(0)} s`,
    measured: `each was told all ${ending.length}, in the same order; the last one ${(performance.now() - endedAt).toFixed(0)} ms after the last end; memory at most ${grown.toFixed(0)} MB more than before, median ${((percentile(rss, 50) - before) / 1024 / 1024).toFixed(0)}; ${(cpuMicroseconds / 1000).toFixed(0)} ms of CPU since the last look`,
    goal: `no gap, ≤ ${MOST_MB} MB`,
    met: judges ? grown <= MOST_MB : null
  }]
}

function isWhole ({ counts, same }: Told, count: number): boolean {
  return same && counts.length === 1 && counts[0] === count
}
