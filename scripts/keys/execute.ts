import type { CallerAdministration } from '../../src/callers/administration.ts'
import type { CallerAccount, KeyAccount } from '../../src/callers/caller.ts'
import { algorithmsOf } from '../../src/callers/public-key.ts'
import type { Command } from './command.ts'
import { readPublicKey } from './public-key-file.ts'

/** Carries the command out; resolves to the lines to print. */
export async function execute (command: Command, callers: CallerAdministration): Promise<string[]> {
  switch (command.name) {
    case 'list': return (await callers.list()).flatMap(described)
    case 'create': {
      const { service: name, scopes, dataPrefix, publicKeyFile } = command
      if (publicKeyFile !== null) return described((await callers.createSigner({ name, scopes, dataPrefix }, readPublicKey(publicKeyFile))).caller)
      const { caller, key } = await callers.create({ name, scopes, dataPrefix })
      return [...described(caller), key]
    }
    case 'rotate': {
      const { service, publicKeyFile } = command
      if (publicKeyFile !== null) return described((await callers.addPublicKey(service, readPublicKey(publicKeyFile))).caller)
      const { caller, key } = await callers.addKey(service)
      return [...described(caller), key]
    }
    case 'scopes': return described(await callers.change(command.service, { scopes: command.scopes }))
    case 'data-prefix': return described(await callers.change(command.service, { dataPrefix: command.dataPrefix }))
    case 'revoke': return described(await callers.removeKey(command.service, command.keyId))
    case 'remove': {
      await callers.remove(command.service)
      return [`${command.service} is gone`]
    }
  }
}

/** A line for the service, and one for each of its keys. */
function described ({ name, scopes, dataPrefix, keys }: CallerAccount): string[] {
  return [
    [name, scopes.join(','), ...(dataPrefix === '' ? [] : [`data ${dataPrefix}*`])].join('  '),
    ...keys.map(lineOf)
  ]
}

function lineOf ({ id, createdAtMs, lastUsedAtMs, publicKey }: KeyAccount): string {
  const use = lastUsedAtMs === null ? 'never used' : `last used ${timeOf(lastUsedAtMs)}`
  return [`  ${id}`, `made ${timeOf(createdAtMs)}`, use, ...(publicKey === null ? [] : [`signs with ${algorithmsOf(publicKey)[0]}`])].join('  ')
}

function timeOf (ms: number): string {
  return new Date(ms).toISOString().replace(/\.\d+Z$/, 'Z')
}
