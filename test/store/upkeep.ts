import { setTimeout as sleep } from 'node:timers/promises'
import type { Test } from 'tap'
import type { SessionStore } from '../../src/sessions/store.ts'
import { startUpkeep, type UpkeepOptions } from '../../src/store/upkeep.ts'
import { newSession, type openStore } from './fixture.ts'

/** Upkeep of that store's namespace that is done often. */
export function upkeepOf (t: Test, { client, keys, liveCount, everybody, config }: Pick<Awaited<ReturnType<typeof openStore>>, 'client' | 'keys' | 'liveCount' | 'everybody' | 'config'>, changes: Partial<UpkeepOptions> = {}) {
  const historyLimits = { entries: config.ACTIVITY_MAX_ENTRIES, retentionMs: config.ACTIVITY_RETENTION_SECONDS * 1000, endedMs: config.ENDED_SESSIONS_SECONDS * 1000 }
  const upkeep = startUpkeep({ client, keys, liveCount, everybodyBeforeMs: everybody.beforeMs, touchIntervalMs: config.TOUCH_INTERVAL_MS, retentionMs: 86_400_000, historyLimits, everyMs: 50, settleMs: 600, ...changes })
  t.teardown(() => upkeep.close())
  return upkeep
}

/** As many sessions of as many users, a hundred at a time: all at once would be late on a busy machine. */
export async function fill (store: SessionStore, count: number): Promise<void> {
  for (let i = 0; i < count; i += 100) await Promise.all(Array.from({ length: 100 }, (_, j) => store.create(newSession(String(i + j)))))
}

export async function eventually (t: Test, expected: unknown, ask: () => Promise<unknown>, withinMs = 10_000) {
  const deadline = Date.now() + withinMs
  while (await ask() !== expected && Date.now() < deadline) await sleep(20)
  t.equal(await ask(), expected)
}
