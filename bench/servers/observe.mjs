/**
 * Preloaded into each measured server: answers what the process used since the last question, and what a tick costs in it. Costs one timer of 10 ms.
 * A server whose bench is gone ends itself.
 */
import { monitorEventLoopDelay } from 'node:perf_hooks'
import { tickNanoseconds } from './tick.mjs'

const delay = monitorEventLoopDelay({ resolution: 10 })
delay.enable()
let cpu = process.cpuUsage()

process.on('message', async ({ observe, tick }) => {
  if (tick === true) process.send({ nanoseconds: await tickNanoseconds() })
  if (observe !== true) return
  const { user, system } = process.cpuUsage(cpu)
  cpu = process.cpuUsage()
  // The histogram holds the whole interval between two ticks, 10 ms of which are the timer's own.
  const late = nanoseconds => Math.max(0, nanoseconds / 1e6 - 10)
  process.send({ cpuMicroseconds: user + system, loopDelayMs: { p99: late(delay.percentile(99)), max: late(delay.max) }, rssBytes: process.memoryUsage.rss() })
  delay.reset()
})
process.on('disconnect', () => process.exit())
