import { execFile, spawnSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { aptInstall, hasApt } from '../../src/embedded/redis/install.ts'
import { insist } from '../report.ts'

export interface Load { requests: number, seconds: number, p50Ms: number, p99Ms: number }

const WARM_UP_FLIGHT = 16
const run = promisify(execFile)
const here = (name: string) => fileURLToPath(new URL(name, import.meta.url))
const findsWrk = () => spawnSync('wrk', ['--version'], { stdio: 'ignore' }).error === undefined
let hasWrk = findsWrk()

/**
 * wrk where it is installed, because it takes least of the core that it shares with Redis; autocannon otherwise, which costs half as much again and
 * resolves whole milliseconds.
 */
export const loadTool = () => hasWrk ? 'wrk' : 'autocannon'

/** Installs wrk where a missing Redis would be installed, too. Says whether it is there. */
export function requireWrk (): boolean {
  if (!hasWrk && hasApt({})) {
    console.error('Installing wrk ...')
    aptInstall('wrk', process.env)
    hasWrk = findsWrk()
  }
  return hasWrk
}

/** Keeps `connections` busy with `url`, taking the requests of the file in turn. @throws if any answer is not 2xx */
export async function load (url: string, credentialFile: string, connections: number, seconds: number): Promise<Load> {
  const [file, args] = hasWrk
    ? ['wrk', ['-t1', `-c${connections}`, `-d${seconds}s`, '--timeout', '10s', '-s', here('wrk.lua'), url]] as const
    : [process.execPath, [here('autocannon.mjs'), url, String(connections), String(seconds)]] as const
  const { stdout } = await run(file, args, { env: { ...process.env, BENCH_CREDENTIALS: credentialFile } })
  const result = JSON.parse(stdout.trimEnd().split('\n').at(-1) ?? '') as Load & { failed: Record<string, number> }
  const failed = Object.entries(result.failed).filter(([, count]) => count > 0)
  insist(result.requests > 0, `${url} answered no request`)
  insist(failed.length === 0, `Of ${result.requests} requests to ${url} failed: ${failed.map(([why, count]) => `${count} by ${why}`).join(', ')}`)
  return result
}

/** The same for servers that share the connections; of fewer connections than servers one each. p50 is the mean of theirs, p99 the worst. */
export async function loadAll (urls: string[], credentialFile: string, connections: number, seconds: number): Promise<Load> {
  const asked = urls.slice(0, connections)
  const loads = await Promise.all(asked.map(url => load(url, credentialFile, connections / asked.length, seconds)))
  const sum = (member: keyof Load) => loads.reduce((total, load) => total + load[member], 0)
  return {
    requests: sum('requests'),
    seconds: sum('seconds') / loads.length,
    p50Ms: sum('p50Ms') / loads.length,
    p99Ms: Math.max(...loads.map(({ p99Ms }) => p99Ms))
  }
}

/**
 * Asks `url` once with each request of the file, a few at a time: a cold process would keep 64 waiting too long. It is also the first use from where the
 * load asks, which the service notes, a write of its own. @throws if any answer is not 2xx
 */
export async function warmUp (url: string, credentialFile: string): Promise<void> {
  const lines = readFileSync(credentialFile, 'utf8').split('\n')
  for (let i = 0; i < lines.length; i += WARM_UP_FLIGHT) {
    await Promise.all(lines.slice(i, i + WARM_UP_FLIGHT).map(async line => {
      const [header = '', body] = line.split('\t')
      const headers = [header.split(': ', 2) as [string, string], ['user-agent', ''] as [string, string]]
      const response = await fetch(url, body === undefined ? { headers } : { method: 'POST', headers: [...headers, ['content-type', 'application/json']], body })
      insist(response.ok, `${url} answered ${response.status}: ${await response.text()}`)
    }))
  }
}

/** A credential file for `load`: one header a line. */
export function credentialFile (folder: string, name: string, credentials: string[], header = 'x-session-id'): string {
  return requestFile(folder, name, credentials.map(credential => ({ header: `${header}: ${credential}` })))
}

/** A file of requests for `load`: one a line, a header and, if it is a POST, its body. */
export function requestFile (folder: string, name: string, requests: Array<{ header: string, body?: object }>): string {
  const path = join(folder, name)
  writeFileSync(path, requests.map(({ header, body }) => body === undefined ? header : `${header}\t${JSON.stringify(body)}`).join('\n'))
  return path
}
