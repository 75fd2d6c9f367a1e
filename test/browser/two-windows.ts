import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import type { Browser } from 'playwright-core'
import { freePort } from '../faults/private-redis.ts'
import { recordViolations } from './docs-page.ts'

const program = fileURLToPath(new URL('../../scripts/example-live.ts', import.meta.url))

export type Window = Awaited<ReturnType<typeof openWindow>>

/** `npm run example:live` on private servers of its own: the page, and two instances as processes. */
export async function startExample (folder: string) {
  const port = await freePort()
  const child = spawn(process.execPath, [...process.execArgv, program], {
    env: { PATH: process.env.PATH, HOME: process.env.HOME, DATA_DIR: join(folder, 'live'), PAGE_PORT: String(port), BCRYPT_COST: '4', HASH_THREADS: '1' },
    stdio: ['ignore', 'pipe', 'inherit']
  })
  await untilSaid(child, 'Ctrl-C')
  return {
    addresses: [`http://127.0.0.1:${port}`, `http://localhost:${port}`] as const,
    async stop () {
      child.kill('SIGTERM')
      if (child.exitCode === null && child.signalCode === null) await once(child, 'exit')
    }
  }
}

async function untilSaid ({ stdout }: ChildProcess, word: string): Promise<void> {
  if (stdout === null) throw new Error('the example tells nothing')
  for await (const line of createInterface(stdout)) {
    if (!line.includes(word)) continue
    stdout.resume()
    return
  }
  throw new Error('the example has not started')
}

/** So that a test can break the connection of the page: what a browser does offline leaves open ones alone. */
const recordSockets = `
  globalThis.sockets = []
  globalThis.WebSocket = class extends WebSocket {
    constructor (...given) {
      super(...given)
      sockets.push(this)
    }
  }
`

/** A window of its own, as another device has one: nothing is shared with any other window. */
export async function openWindow (browser: Browser, address: string, size: { width: number, height: number }) {
  const context = await browser.newContext({ viewport: size, reducedMotion: 'reduce' })
  const page = await context.newPage()
  page.setDefaultTimeout(10_000)
  const complaints: string[] = []
  page.on('pageerror', error => complaints.push(`page error: ${error.message}`))
  page.on('console', message => {
    // The browser reports each answer from 400 on and each request without a network: a wrong password, a report that is refused and a lost network are asked for.
    const isAskedFor = /status of (401|412)|net::ERR_INTERNET_DISCONNECTED$/.test(message.text())
    if (['error', 'warning'].includes(message.type()) && !isAskedFor) complaints.push(message.text())
  })
  await page.addInitScript({ content: recordViolations + recordSockets })
  await page.goto(address)
  const row = (section: string, name: string) => page.locator(`${section} li`).filter({ has: page.locator('.name', { hasText: new RegExp(`^${name}$`) }) })

  async function fillIn (deviceName: string, password = 'password123'): Promise<void> {
    await page.getByLabel('Email').fill('alice@example.com')
    await page.getByLabel('Password').fill(password)
    await page.getByLabel('Name of this device').fill(deviceName)
    await page.keyboard.press('Enter')
  }

  return {
    page,
    complaints,
    violations: () => page.evaluate(() => Reflect.get(globalThis, 'violations') as string[]),
    device: (name: string) => row('#devices', name),
    article: (name: string) => row('#cart', name),
    button: (name: string) => page.getByRole('button', { name, exact: true }),

    /** Without a network, until it is given back. */
    async breakConnection (): Promise<() => Promise<void>> {
      await context.setOffline(true)
      await page.evaluate('sockets.at(-1).close()')
      return () => context.setOffline(false)
    },

    /** Without events, but with everything else, until they are given back. */
    async breakEvents (): Promise<() => Promise<void>> {
      await page.route('**/session/events/ticket', route => route.abort('internetdisconnected'))
      await page.evaluate('sockets.at(-1).close()')
      return () => page.unroute('**/session/events/ticket')
    },

    /** Moves with the keyboard until the button has the focus, and presses it. */
    async press (name: string): Promise<void> {
      const button = page.getByRole('button', { name, exact: true })
      await button.waitFor()
      for (let left = 60; !await button.evaluate(element => element === element.ownerDocument.activeElement); left--) {
        if (left === 0) throw new Error(`The keyboard does not come to the button ${name}`)
        await page.keyboard.press('Tab')
      }
      await page.keyboard.press('Enter')
    },

    fillIn,

    async logIn (deviceName: string): Promise<void> {
      await fillIn(deviceName)
      await page.locator('#connection[data-state="on"]').waitFor()
      await row('#devices', deviceName).waitFor()
    },

    close: () => context.close()
  }
}
