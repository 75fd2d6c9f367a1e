import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { get, type IncomingMessage } from 'node:http'
import { createInterface } from 'node:readline'
import { json } from 'node:stream/consumers'
import type { Test } from 'tap'

/** A service of somebody's as a process of its own, which ends with the test; resolves to the first line that it prints: its URL. */
export async function startConsumer (t: Test, [program = '', ...words]: string[], cwd: string, env: Record<string, string>): Promise<string> {
  const child = spawn(program, words, { cwd, env: { PATH: process.env.PATH, PORT: '0', ...env }, stdio: ['ignore', 'pipe', 'inherit'] })
  t.teardown(async () => {
    child.kill('SIGKILL')
    if (child.exitCode === null && child.signalCode === null) await once(child, 'exit')
  })
  const { value, done } = await createInterface(child.stdout)[Symbol.asyncIterator]().next()
  if (done === true) throw new Error(`${words.join(' ')} has not started`)
  return value
}

export async function ask (url: string, headers: Record<string, string> = {}) {
  const response = await fetch(url, { headers })
  return { status: response.status, headers: response.headers, body: await response.json() as Record<string, unknown> }
}

/** The same with `Authorization` twice, which fetch makes one of. */
export async function askTwice (url: string, authorizations: [string, string]) {
  const [response] = await once(get(url, { headers: { authorization: authorizations as unknown as string } }), 'response') as [IncomingMessage]
  return { status: Number(response.statusCode), headers: new Headers(response.headers as Record<string, string>), body: await json(response) as Record<string, unknown> }
}
