import type { Redis } from 'ioredis'
import { setTimeout as sleep } from 'node:timers/promises'
import { openConnection } from '../../load/connection.ts'
import { clientCommands } from '../../redis.ts'
import { insist, type Row } from '../../report.ts'
import { insistOn, seat, type RealtimeBench, type State } from './audience.ts'

const MOST_KB = 40
const LEAST_PER_SECOND = 500
/** Until what a service does once, at its first validation, is done. */
const SETTLED_MS = 500

/** Many sockets that nothing happens on: opening them, their memory, and what they need of Redis. */
export async function idle ({ stage, plan: { judges, realtime: { sockets: count, idleSeconds } }, redis, patience, open }: RealtimeBench): Promise<Row[]> {
  const credentials = await open(count)
  const service = await stage.serveSessions(redis)
  const sockets = await seat(stage, 'load/sockets.mjs', [service], credentials)
  const connection = await openConnection(service.url)
  insist(await connection.ask('GET', '/me', credentials[0] ?? '') === 200, 'a live session was refused')
  connection.close()
  await sleep(SETTLED_MS)
  await patience.wait()
  const [before, without] = [await service.observe(), await subscribersOf(redis.client)]

  const { tookMs } = await sockets.ask<{ tookMs: number }>({ open: {} })
  const opened = await service.observe()
  const commands = await clientCommands(redis.client)
  await sleep(1000 * idleSeconds)
  const [rested, among] = [await service.observe(), await subscribersOf(redis.client)]
  const commandsPerSecond = (await clientCommands(redis.client) - commands) / idleSeconds
  insistOn(await sockets.ask<State>({ state: true }), count)

  const perSecond = count / tookMs * 1000
  const kilobytes = (bytes: number) => (bytes - before.rssBytes) / 1024 / count
  return [{
    figure: `${count} sockets opened on one instance, 100 at a time`,
    measured: `${perSecond.toFixed(0)}/s until each is told that it is up; ${(opened.cpuMicroseconds / count).toFixed(0)} µs CPU each`,
    goal: `≥ ${LEAST_PER_SECOND}/s`,
    met: judges ? perSecond >= LEAST_PER_SECOND : null
  }, {
    figure: 'resident memory of the instance for each of them',
    measured: `${kilobytes(rested.rssBytes).toFixed(1)} KB after ${idleSeconds} s with heartbeats, ${kilobytes(opened.rssBytes).toFixed(1)} KB when they have just been opened; ${megabytes(before.rssBytes)} MB without them, ${megabytes(rested.rssBytes)} with`,
    goal: `≤ ${MOST_KB} KB`,
    met: judges ? Math.max(kilobytes(rested.rssBytes), kilobytes(opened.rssBytes)) <= MOST_KB : null
  }, {
    figure: 'what they cost while nothing happens, with their heartbeats',
    measured: `${(rested.cpuMicroseconds / 1e4 / idleSeconds).toFixed(1)} % of a core; ${commandsPerSecond.toFixed(1)} script calls and heartbeats a second at Redis in all`,
    goal: 'reported',
    met: null
  }, {
    figure: 'subscriptions at Redis with all sockets open',
    measured: `${show(among)}; without one ${show(without)}`,
    goal: 'the same',
    met: among.connections === without.connections && among.channels === without.channels
  }]
}

interface Subscribers { connections: number, channels: number }

/** Connections that subscribe, and channels that all of them subscribe to. */
async function subscribersOf (client: Redis): Promise<Subscribers> {
  const clients = String(await client.client('LIST', 'TYPE', 'PUBSUB')).trim().split('\n').filter(line => line !== '')
  const channels = clients.flatMap(line => [...line.matchAll(/ p?sub=(\d+)/g)]).reduce((sum, [, count]) => sum + Number(count), 0)
  return { connections: clients.length, channels }
}

function show ({ connections, channels }: Subscribers): string {
  return `${connections} connection with ${channels} channels`
}

const megabytes = (bytes: number): string => (bytes / 1024 / 1024).toFixed(0)
