import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Test } from 'tap'
import { startCluster } from '../scripts/scale-out/cluster.ts'

/** A Cluster of three masters of its own, which ends with the test: its URL. */
export async function privateCluster (t: Test): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'sessions-private-cluster-'))
  const cluster = await startCluster(folder)
  t.teardown(async () => {
    await cluster.stop()
    rmSync(folder, { recursive: true, force: true })
  })
  return cluster.url
}
