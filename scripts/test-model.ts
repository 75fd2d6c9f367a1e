/**
 * `npm run test:model`: sequences of commands against the store over a Redis of its own, compared with a model after each command.
 * `SEQUENCES` (default 500) of 30 commands on average; `SEED` repeats a run, `REPLAY`, as a failed run prints it, one failure.
 * One line a check, then the closing line.
 */
import { randomInt } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startEmbedded } from '../src/embedded/index.ts'
import { allChecks } from '../test/model/checks.ts'
import { runModel } from '../test/model/run.ts'

const SEQUENCES = Number(process.env.SEQUENCES ?? 500)
const SEED = Number(process.env.SEED ?? randomInt(2 ** 31))
const [path, commands] = process.env.REPLAY?.split(',') ?? []

const log = {
  info: () => {},
  error: (details: object, message: string) => console.error(message, details)
}
const dataDir = mkdtempSync(join(tmpdir(), 'sessions-model-'))
const servers = await startEmbedded({ dataDir, redis: true, postgres: false, durable: false, log })
console.log(`SEED=${SEED} SEQUENCES=${SEQUENCES}`)
const began = Date.now()
try {
  const { checks, commands: judged, repeats, failure } = await runModel({
    redisUrl: servers.redisUrl ?? '', seed: SEED, sequences: SEQUENCES, length: 30, ...(path !== undefined && { replay: { path, commands } })
  })
  for (const check of allChecks) {
    console.log(`${check === failure?.check ? 'not ok' : 'ok'} - ${check} (${checks.get(check) ?? 0} times)`)
  }
  console.log(`${judged} commands in ${((Date.now() - began) / 1000).toFixed(1)} s; sequences run again because the machine stood still: ${repeats}`)
  if (failure !== null) console.log(`${failure.report}\nagain: SEED=${SEED} REPLAY='${failure.replay}' npm run test:model`)
  const failed = failure === null ? 0 : 1
  console.log(`${allChecks.length - failed} passed, ${failed} failed`)
  process.exitCode = failed
} finally {
  await servers.stop()
  rmSync(dataDir, { recursive: true, force: true })
}
