import { nameOf, pairs, readRecord } from './record.ts'
import type { Snapshot } from './snapshot.ts'

const BUCKET_MS = 10_000

/** Buckets that are not over yet hold exactly the sessions that end in them; their sum is the total. */
export function liveCountFaults (seen: Snapshot[], prefix: string, touchIntervalMs: number): string[] {
  const all = seen.flatMap(({ nowMs, keys }) => keys.map(key => ({ nowMs, key, kind: nameOf(key.key, prefix).kind })))
  const histogram = all.find(({ kind }) => kind === 'live-sessions')
  const buckets = new Map(pairs(histogram?.key.content ?? []))
  const total = Number(buckets.get('total') ?? 0)
  const counted = [...buckets].filter(([bucket]) => /^\d+$/.test(bucket)).map(([bucket, sessions]): [string, number] => [bucket, Number(sessions)])
  const differences = new Map(counted)
  for (const { key } of all.filter(({ kind }) => kind === 'session')) {
    const bucket = String(Math.floor(readRecord(key, touchIntervalMs).deadlineMs / BUCKET_MS))
    differences.set(bucket, (differences.get(bucket) ?? 0) - 1)
  }
  const sum = counted.reduce((before, [, sessions]) => before + sessions, 0)
  const current = Math.floor(Math.max(...seen.map(({ nowMs }) => nowMs)) / BUCKET_MS)
  return [
    ...(sum === total ? [] : [`live-sessions has the total ${total}, its buckets ${sum}`]),
    ...[...differences]
      .filter(([bucket, by]) => Number(bucket) > current && by !== 0)
      .map(([bucket, by]) => `live-sessions counts ${Math.abs(by)} ${by > 0 ? 'too many' : 'too few'} in bucket ${bucket}`)
  ]
}
