import t, { type Test } from 'tap'
import { setTimeout as sleep } from 'node:timers/promises'
import { demo } from '../harness.ts'
import type { Answer } from './client.ts'
import { privateRedis, type Transport } from './private-redis.ts'
import { breakableService, type BreakableService } from './service.ts'

/** An answer, and when it was asked for, in milliseconds since the fault. */
interface Sample extends Answer { askedAtMs: number }

interface Spell { inject: () => unknown, repair: () => unknown, lastsMs: number }

const RECOVERY_MS = 2000

for (const transport of ['unix', 'tcp'] satisfies Transport[]) {
  t.test(`twenty clients that never pause, Redis over ${transport}`, async t => {
    const redis = await privateRedis(t, transport)
    const service = await breakableService(t, { REDIS_URL: redis.url })
    const freezing = { inject: redis.freeze, repair: redis.thaw }

    await t.test('Redis frozen for seconds', t => underLoad(t, service, { ...freezing, lastsMs: 5200 }))
    await t.test('Redis frozen for a moment', t => underLoad(t, service, { ...freezing, lastsMs: 600 }))
    await t.test('Redis killed', t => underLoad(t, service, { inject: redis.kill, repair: redis.start, lastsMs: 1200 }))
  })
}

/** Nobody waits for a second, nobody is told that a session has ended, and soon after the repair everybody is served. */
async function underLoad (t: Test, service: BreakableService, spell: Spell): Promise<void> {
  const { samples, repairedAtMs } = await answersDuring(service, spell)
  const statuses = new Set(samples.map(({ status }) => status))
  const slowest = Math.max(...samples.map(({ ms }) => ms))
  const recovery = Math.round(lastRefusalMs(samples) - repairedAtMs)
  t.strictSame([...statuses].filter(status => status !== 200 && status !== 503), [], 'answers are 200 or 503')
  // A shorter spell may pass unnoticed: remembered verdicts hold half a second, and a question waits as long.
  if (spell.lastsMs > 1000) t.ok(statuses.has(503), 'somebody was refused')
  t.ok(slowest < 1000, `the slowest of ${samples.length} answers took ${slowest} ms`)
  t.ok(recovery < RECOVERY_MS, `the last refusal was asked for ${recovery} ms after the repair`)
}

async function answersDuring ({ call }: BreakableService, { inject, repair, lastsMs }: Spell) {
  const sessionId = await logIn(call)
  const samples: Sample[] = []
  const stop = new AbortController()
  let faultAt = Infinity
  const sinceFault = () => performance.now() - faultAt
  const clients = Array.from({ length: 20 }, async () => {
    while (!stop.signal.aborted) {
      const askedAtMs = sinceFault()
      samples.push({ ...await call('GET', '/me', { credential: sessionId }), askedAtMs })
      await sleep(5) // leaves the machine some time for the servers
    }
  })
  await sleep(200)
  faultAt = performance.now()
  await inject()
  await sleep(lastsMs - sinceFault())
  await repair()
  const repairedAtMs = sinceFault()
  // Ends when nobody was refused for a while, and at the bound in any case.
  while (sinceFault() < Math.min(lastRefusalMs(samples) + 600, repairedAtMs + RECOVERY_MS + 100)) await sleep(50)
  stop.abort()
  await Promise.all(clients)
  return { samples, repairedAtMs }
}

/** Once the link is up again after the spell before. */
async function logIn (call: BreakableService['call']): Promise<string> {
  for (;;) {
    const { status, json: { sessionId } } = await call('POST', '/login', { body: demo.alice })
    if (status === 200) return String(sessionId)
    await sleep(50)
  }
}

function lastRefusalMs (samples: Sample[]): number {
  return Math.max(0, ...samples.filter(({ status }) => status !== 200).map(({ askedAtMs }) => askedAtMs))
}
