/** `npm run example:live`: the page of live events on two instances of the service, which share the Redis and the PostgreSQL of the configuration. */
import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import closeWithGrace from 'close-with-grace'
import { loadConfig } from '../src/config.ts'
import { leash } from '../src/embedded/leash.ts'
import { reachServers } from './servers.ts'

const PAGE_PORT = process.env.PAGE_PORT ?? '8080'
const origins = [`http://127.0.0.1:${PAGE_PORT}`, `http://localhost:${PAGE_PORT}`]
const service = fileURLToPath(new URL('../src/server.ts', import.meta.url))
const page = fileURLToPath(new URL('../examples/live/serve.mjs', import.meta.url))
const children: ChildProcess[] = []

/** Runs a program until this one ends; resolves to the address in the first of its lines that has one. */
async function run (words: string[], env: NodeJS.ProcessEnv): Promise<string> {
  // A group of its own: what is typed to end this process ends the others in their order.
  const [file = '', ...args] = [...leash('SIGTERM', process.env), process.execPath, ...words]
  const child = spawn(file, args, { env: { ...process.env, ...env }, stdio: ['ignore', 'pipe', 'inherit'], detached: true })
  children.push(child)
  for await (const line of createInterface(child.stdout)) {
    const [address] = /http:\/\/[\w.]+:\d+/.exec(line) ?? []
    if (address === undefined) continue
    child.stdout.resume()
    return address
  }
  throw new Error(`${words.at(-1)} did not start.`)
}

async function end (child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  child.kill('SIGTERM')
  await once(child, 'exit')
}

const { config, stop } = await reachServers(loadConfig(process.env))

closeWithGrace({ delay: config.SHUTDOWN_SECONDS * 1000 }, async ({ err }) => {
  if (err !== undefined) console.error(err.message)
  await Promise.all(children.map(end))
  await stop()
})

const { REDIS_URL, DATABASE_URL, SESSION_KEYS, DEMO_USERS, COOKIE_SECURE } = config
const shared = { REDIS_URL, DATABASE_URL, SESSION_KEYS, DEMO_USERS: String(DEMO_USERS), COOKIE_SECURE: String(COOKIE_SECURE), CORS_ORIGINS: origins.join(','), PORT: '0', LOG_LEVEL: 'warn' }
const start = () => run([...process.execArgv, service], shared)
// One after the other: the first makes the tables.
const services = [await start(), await start()]
await run([page], { PAGE_PORT, SESSIONS_URLS: services.join(',') })

console.log(`Two devices of one account, on two instances (${services.join(', ')}):
  first   ${origins[0]}
  second  ${origins[1]}
  login   alice@example.com / password123
  stop    Ctrl-C`)
