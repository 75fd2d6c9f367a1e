import { createInterface } from 'node:readline/promises'
import { Writable, type Readable } from 'node:stream'
import { text } from 'node:stream/consumers'

type Input = Readable & { isTTY?: boolean }

/**
 * A password (or hash) from a person or a pipe: asked for twice without echo on a terminal, otherwise all of the input
 * without its last line break.
 * @throws Error if the two differ or the person gave up
 */
export async function readSecret (input: Input, output: Writable, what: 'Password' | 'Hash'): Promise<string> {
  if (input.isTTY !== true) return (await text(input)).replace(/\r?\n$/, '')
  const first = await ask(input, output, `${what}: `)
  const second = await ask(input, output, `${what} again: `)
  if (first !== second) throw new Error('The two are not the same; nothing was changed.')
  return first
}

async function ask (input: Input, output: Writable, question: string): Promise<string> {
  const silence = new Writable({ write: (_chunk, _encoding, done) => done() })
  const lines = createInterface({ input, output: silence, terminal: true })
  const givenUp = new AbortController()
  // Ctrl-C and Ctrl-D close the interface and leave the question unanswered
  lines.once('close', () => givenUp.abort())
  output.write(question)
  return lines.question('', { signal: givenUp.signal })
    .catch(() => { throw new Error('Nothing was entered; nothing was changed.') })
    .finally(() => {
      output.write('\n')
      lines.close()
    })
}
