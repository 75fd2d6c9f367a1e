import { setTimeout as sleep } from 'node:timers/promises'
import { simultaneousLogins } from '../load/logins.ts'
import { paced } from '../load/paced.ts'
import { percentile } from '../statistics.ts'
import type { Subject } from './contestants.ts'

/** 200 validations a second. */
const EVERY_MS = 5

/** What one contestant did while many logged in at once, and before that. */
export interface Storm { loginsPerSecond: number, p99Ms: number, quietP99Ms: number }

/** Logins and validations are spread over its servers, if there are several. */
export async function measureStorm ({ servers, path, logins: { body, header, spare } }: Subject, count: number, quietMs: number): Promise<Storm> {
  const headers = { [header]: spare[0] ?? '' }
  const validate = async (until: Promise<unknown>): Promise<number> => {
    const latencies = await Promise.all(servers.map(({ url }) => paced(url + path, headers, EVERY_MS * servers.length, until)))
    return percentile(latencies.flat(), 99)
  }
  const quietP99Ms = await validate(sleep(quietMs))
  const starts = await Promise.all(servers.map(({ url }) => simultaneousLogins(url, Math.ceil(count / servers.length), 0, body)))
  const startedAtMs = performance.now()
  const outcomes = Promise.all(starts.map(start => start()))
  const p99Ms = await validate(outcomes)
  const done = (await outcomes).reduce((sum, { done }) => sum + done, 0)
  return { loginsPerSecond: 1000 * done / (performance.now() - startedAtMs), p99Ms, quietP99Ms }
}
