import { Agent, request as httpRequest, type IncomingMessage } from 'node:http'
import { setTimeout as sleep } from 'node:timers/promises'

export interface Load {
  /** Answers so far. */
  answered: () => number
  /** What went wrong, in words. */
  failures: string[]
  stop: () => Promise<void>
}

interface Target { port: number, isReady: boolean }

/** How often the load balancer asks an instance whether it is ready. */
const POLL_MS = 100

/**
 * Clients behind a load balancer: it keeps connections, asks only instances that said that they are ready, takes a request to the
 * other instance only when a connection is refused, and repeats nothing else. Everything but a 200 is a failure.
 */
export function startLoad (ports: number[], credential: string, clients = 16): Load {
  const stopping = new AbortController()
  const failures: string[] = []
  const targets = ports.map((port): Target => ({ port, isReady: true }))
  let answered = 0

  async function poll (target: Target): Promise<void> {
    const agent = new Agent({ keepAlive: true })
    while (!stopping.signal.aborted) {
      target.isReady = await get(agent, target.port, '/readyz') === '200'
      await sleep(POLL_MS)
    }
    agent.destroy()
  }

  async function ask (number: number): Promise<void> {
    const agent = new Agent({ keepAlive: true })
    for (let turn = number; !stopping.signal.aborted; turn++) {
      const failure = await forwarded(agent, ready(targets, turn), credential)
      if (failure === null) answered++
      else failures.push(failure)
      await sleep(2) // leaves the machine some time for the servers
    }
    agent.destroy()
  }

  const running = [...targets.map(poll), ...Array.from({ length: clients }, (_, number) => ask(number))]
  return {
    answered: () => answered,
    failures,
    async stop () {
      stopping.abort()
      await Promise.all(running)
    }
  }
}

/** The ports to try, in order. */
function ready (targets: Target[], turn: number): number[] {
  const ports = targets.filter(({ isReady }) => isReady).map(({ port }) => port)
  return [...ports.slice(turn % ports.length), ...ports.slice(0, turn % ports.length)]
}

async function forwarded (agent: Agent, ports: number[], credential: string): Promise<string | null> {
  for (const port of ports) {
    const outcome = await get(agent, port, '/me', { 'x-session-id': credential })
    if (outcome === '200') return null
    if (outcome !== 'ECONNREFUSED') return `${port}: ${outcome}`
  }
  return `no instance takes connections (${ports.length} ready)`
}

/** The status, or the code of what went wrong. */
function get (agent: Agent, port: number, path: string, headers: Record<string, string> = {}): Promise<string> {
  return new Promise(resolve => {
    const fail = (error: Error) => resolve('code' in error ? String(error.code) : error.message)
    const answer = (response: IncomingMessage) => response.on('error', fail).on('end', () => resolve(String(response.statusCode))).resume()
    httpRequest({ agent, host: '127.0.0.1', port, path, headers }, answer).on('error', fail).end()
  })
}
