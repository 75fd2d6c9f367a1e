import { Agent, get } from 'node:http'
import { insist } from '../report.ts'

const CONNECTIONS = 64

/** With the credential. */
type Headers = Record<string, string>

/** An agent whose connections are open already, as those of a gateway are. */
export async function connectedAgent (url: string, headers: Headers): Promise<Agent> {
  const agent = createAgent()
  await Promise.all(Array.from({ length: CONNECTIONS }, () => timed(url, headers, agent, performance.now())))
  return agent
}

const createAgent = () => new Agent({ keepAlive: true, maxSockets: CONNECTIONS })

/**
 * Sends GET `url` every `everyMs` until `until` is settled, whether or not answers have come, as independent clients do.
 * Answers with the latencies (ms), each from the moment when its request was due: what a stall holds up counts in full. The connections of the agent are closed then.
 */
export async function paced (url: string, headers: Headers, everyMs: number, until: Promise<unknown>, agent = createAgent()): Promise<number[]> {
  const answers: Array<Promise<number>> = []
  const over = new AbortController()
  until.finally(() => over.abort()).catch(() => { /* the caller awaits it too */ })
  const start = performance.now()
  while (!over.signal.aborted) {
    for (let due = start + answers.length * everyMs; due <= performance.now(); due += everyMs) answers.push(timed(url, headers, agent, due))
    await new Promise(resolve => setTimeout(resolve, 1))
  }
  return Promise.all(answers).finally(() => agent.destroy())
}

function timed (url: string, headers: Headers, agent: Agent, dueMs: number): Promise<number> {
  return new Promise((resolve, reject) => {
    get(url, { agent, headers }, response => {
      response.resume().on('end', () => {
        insistOk(response.statusCode, reject)
        resolve(performance.now() - dueMs)
      })
    }).on('error', reject)
  })
}

function insistOk (status: number | undefined, reject: (error: unknown) => void): void {
  try {
    insist(status === 200, `GET /me answered ${status}`)
  } catch (error) {
    reject(error)
  }
}
