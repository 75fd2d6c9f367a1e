import { isScope, scopes, type Scope } from '../../src/callers/scope.ts'
import { UsageError, wordsAndOptions } from '../command-line.ts'

export type Command =
  | { name: 'list' }
  | { name: 'create', service: string, scopes: Scope[], dataPrefix: string, publicKeyFile: string | null }
  | { name: 'scopes', service: string, scopes: Scope[] }
  | { name: 'data-prefix', service: string, dataPrefix: string }
  | { name: 'rotate', service: string, publicKeyFile: string | null }
  | { name: 'remove', service: string }
  | { name: 'revoke', service: string, keyId: string }

export const usage = `npm run keys -- <command>

  list
  create <service> --scope <scope> … [--data-prefix <prefix>] [--public-key <file>]
  scopes <service> --scope <scope> …      these and no others
  data-prefix <service> <prefix>          '' for all keys of session data
  rotate <service> [--public-key <file>]  another key; the one before works until it is revoked
  revoke <service> <key id>
  remove <service> --permanently          with its keys

create and rotate print the key, once: only a digest of it is stored. To replace one: rotate, give the new key to the
service, and when list shows it in use, revoke the old one. Changes hold on every instance within a second.
With --public-key there is no secret to print: the service signs assertions, and the file has the public half of its key
(a JSON Web Key, P-256 or Ed25519). They name it by the id that is listed.
Scopes: ${scopes.join(', ')}.
The services are those of DATABASE_URL, or those of \`npm start\` in DATA_DIR, whether it runs or not.`

/** @throws UsageError */
export function parseCommand (args: string[]): Command {
  const { values, positionals: [name, ...rest] } = wordsAndOptions(args, {
    scope: { type: 'string', multiple: true },
    'data-prefix': { type: 'string' },
    'public-key': { type: 'string' },
    permanently: { type: 'boolean' }
  })
  const { scope: given = [], 'data-prefix': dataPrefix = '', 'public-key': publicKeyFile = null, permanently = false } = values
  const [service = '', more = ''] = rest
  const takes = (...words: string[]): void => {
    if (rest.length !== words.length) throw new UsageError(words.length === 0 ? 'This command takes nothing more.' : `This command takes ${words.join(' and ')}.`)
  }
  switch (name) {
    case 'list':
      takes()
      return { name }
    case 'create':
      takes('one service')
      return { name, service, scopes: some(given), dataPrefix, publicKeyFile }
    case 'scopes':
      takes('one service')
      return { name, service, scopes: some(given) }
    case 'data-prefix':
      takes('one service', 'a prefix')
      return { name, service, dataPrefix: more }
    case 'rotate':
      takes('one service')
      return { name, service, publicKeyFile }
    case 'revoke':
      takes('one service', 'the id of a key')
      return { name, service, keyId: more }
    case 'remove':
      takes('one service')
      if (!permanently) throw new UsageError('remove cannot be undone: say --permanently, or revoke single keys.')
      return { name, service }
    default: throw new UsageError(name === undefined ? 'Which command?' : `There is no command ${name}.`)
  }
}

function some (given: string[]): Scope[] {
  if (given.length === 0) throw new UsageError('--scope is missing.')
  const unknown = given.find(word => !isScope(word))
  if (unknown !== undefined) throw new UsageError(`There is no scope ${unknown}.`)
  return given.filter(isScope)
}
