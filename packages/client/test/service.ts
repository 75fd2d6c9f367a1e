import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import type { Test } from 'tap'
import { createClient, type Client } from '../src/index.ts'

const root = fileURLToPath(new URL('../../..', import.meta.url))

export const alice = { email: 'alice@example.com', password: 'password123' }
export const admin = { email: 'admin@example.com', password: 'admin789' }

export interface Service { url: string, dataDir: string, child: ChildProcess, client: Client, logIn: (who?: typeof alice) => Promise<string>, keyFor: (name: string, scopes: string[]) => Promise<string>, keyIdFor: (name: string, scopes: string[], publicKey: object) => Promise<string> }

/** The service as a process of its own, on a Redis and a PostgreSQL of its own. */
export async function startService (t: Test, env: Record<string, string> = {}): Promise<Service> {
  const dataDir = mkdtempSync(join(tmpdir(), 'sessions-client-'))
  const child = spawn(process.execPath, ['--import', 'tsx', 'src/server.ts'], {
    cwd: root,
    env: { PATH: process.env.PATH, HOME: process.env.HOME, PORT: '0', DATA_DIR: dataDir, LOG_LEVEL: 'silent', TOKEN_AUDIENCES: 'shop', TOKEN_ISSUER: 'https://sessions.example.com', ...env },
    stdio: ['ignore', 'pipe', 'inherit']
  })
  t.teardown(async () => {
    child.kill('SIGCONT')
    child.kill('SIGTERM')
    if (child.exitCode === null && child.signalCode === null) await once(child, 'exit')
    rmSync(dataDir, { recursive: true, force: true })
  })
  const url = await firstUrl(child)
  const client = createClient({ url, timeoutMs: 5000 })
  const create = async (name: string, scopes: string[], publicKey?: object) =>
    (await client.createCaller({ session: await logIn(admin), body: { name, scopes: scopes as never, ...(publicKey && { publicKey: publicKey as never }) } })).body
  const logIn = async (who = alice) => String(Object(((await client.login({ body: who })).body)).sessionId)
  return {
    url,
    dataDir,
    child,
    client,
    logIn,
    keyFor: async (name, scopes) => String((await create(name, scopes)).key),
    /** Of one that signs: the id under which its assertions name the key. */
    keyIdFor: async (name, scopes, publicKey) => String((await create(name, scopes, publicKey)).caller.keys[0]?.id)
  }
}

async function firstUrl ({ stdout }: ChildProcess): Promise<string> {
  if (stdout === null) throw new Error('the service tells nothing')
  for await (const line of createInterface(stdout)) {
    const [url] = /http:\/\/[\d.]+:\d+/.exec(line) ?? []
    if (url !== undefined) {
      stdout.resume()
      return url
    }
  }
  throw new Error('the service has not started')
}

export async function until (holds: () => Promise<boolean>, withinMs = 5000): Promise<number> {
  const from = performance.now()
  while (!await holds()) {
    if (performance.now() - from > withinMs) throw new Error(`not within ${withinMs} ms`)
    await new Promise(resolve => setTimeout(resolve, 2))
  }
  return performance.now() - from
}
