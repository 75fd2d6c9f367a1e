/** The process: configuration, start, signals, exit codes. */
import './v8.ts'
import closeWithGrace from 'close-with-grace'
import { banner } from './banner.ts'
import { loadConfig, type Config } from './config.ts'
import { startInstance } from './instance.ts'
import type { LogStream } from './plugins/logger.ts'

/** Signals of a broken program: caught, the faulty instruction would run again for ever. */
const crashes = ['SIGILL', 'SIGTRAP', 'SIGABRT', 'SIGBUS', 'SIGFPE', 'SIGSEGV'] as const

const config = readConfig()
const logStream = holdBack(process.stdout)
const starting = startInstance(config, { logStream, tell: (sentence) => process.stdout.write(`${sentence}\n`) })

closeWithGrace({ delay: config.SHUTDOWN_SECONDS * 1000, skip: [...crashes] }, async ({ err }) => {
  if (err !== undefined) complain(err)
  // A signal during the start waits for it, so that nothing is left half-started.
  const instance = await starting
  await instance.stop()
})

try {
  const { url } = await starting
  process.stdout.write(banner(config, url))
  logStream.release()
} catch (error) {
  logStream.release()
  complain(error)
  process.exit(1)
}

function readConfig (): Config {
  try {
    return loadConfig(process.env)
  } catch (error) {
    complain(error)
    process.exit(1)
  }
}

/** One sentence for a person; the stack only for whoever debugs. */
function complain (error: unknown): void {
  const { message, stack, cause } = Object(error) as Error
  const reason = cause instanceof Error ? ` (${cause.message})` : ''
  process.stderr.write(`${message}${reason}\n`)
  if (process.env.LOG_LEVEL === 'debug') process.stderr.write(`${stack}\n`)
}

/** Keeps log lines back until the banner is out, which has to come first and needs the port. */
function holdBack (stream: NodeJS.WriteStream): LogStream & { release (): void } {
  const held: string[] = []
  let isHolding = true
  return {
    write: (line: string) => isHolding ? held.push(line) > 0 : stream.write(line),
    release () {
      isHolding = false
      for (const line of held) stream.write(line)
    }
  }
}
