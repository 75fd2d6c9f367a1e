import { argv, env } from 'node:process'
import { parseArgs, type ParseArgsConfig } from 'node:util'
import { loadConfig } from '../src/config.ts'
import { reachServers, type Servers } from './servers.ts'

/** A command line that makes no sense; the message says what is missing. */
export class UsageError extends Error {}

/** Its words and options. @throws UsageError for an option that there is not */
export function wordsAndOptions<const Options extends NonNullable<ParseArgsConfig['options']>> (args: string[], options: Options) {
  try {
    return parseArgs({ args, options, allowPositionals: true })
  } catch (error) {
    throw new UsageError(String(Object(error).message))
  }
}

/** @throws UsageError */
export function required (value: string | undefined, option: string): string {
  if (value === undefined) throw new UsageError(`${option} is missing.`)
  return value
}

/** Text from an import or a person, as a terminal may show it: that obeys control characters. */
export function shown (text: string): string {
  return text.replace(/\p{Cc}/gu, '?')
}

/** Carries the command of this process out where the service keeps its data; prints what is wrong, with the usage if it was the command line. */
export async function runCommand<Command> (parse: (args: string[]) => Command, usage: string, carryOut: (command: Command, servers: Servers) => Promise<void>): Promise<void> {
  try {
    const command = parse(argv.slice(2))
    const servers = await reachServers(loadConfig(env))
    await carryOut(command, servers).finally(servers.stop)
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error)
    console.error(error instanceof UsageError ? `${message}\n\n${usage}` : message)
    process.exitCode = error instanceof UsageError ? 2 : 1
  }
}
