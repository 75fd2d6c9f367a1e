import type { Administration, Changed, Secret } from '../../src/users/administration.ts'
import type { UserRepository } from '../../src/users/repository.ts'
import type { User } from '../../src/users/user.ts'
import { shown } from '../command-line.ts'
import type { Command } from './command.ts'

export interface Accounts {
  administration: Administration
  list: UserRepository['list']
}

/** Carries the command out; yields what to print, line by line. `secret` is asked for by the commands that need one. */
export async function * execute (command: Command, { administration, list }: Accounts, secret: () => Promise<Secret>): AsyncGenerator<string> {
  switch (command.name) {
    case 'list': return yield * listing(list)
    case 'add': {
      const { email, fullName: name, roles } = command
      const user = await administration.add({ email, name, roles, ...await secret() })
      return yield `added ${described(user)}`
    }
    case 'set-password': return yield changed('has a new password', await administration.setPassword(command.email, await secret()))
    case 'roles': return yield changed('has these roles', await administration.change(command.email, { roles: command.roles }))
    case 'disable': return yield changed('can no longer log in', await administration.change(command.email, { disabled: true }))
    case 'remove': return yield changed('is gone', await administration.remove(command.email))
    case 'enable': return yield `can log in again: ${described((await administration.change(command.email, { disabled: false })).user)}`
  }
}

async function * listing (list: UserRepository['list']): AsyncGenerator<string> {
  let page = await list()
  while (page.length > 0) {
    for (const user of page) yield described(user)
    page = await list(page.at(-1)?.id)
  }
}

function changed (what: string, { user, endedSessions }: Changed): string {
  return `${what}: ${described(user)} (${endedSessions} session${endedSessions === 1 ? '' : 's'} ended)`
}

/** One line; names may come from an import. */
function described ({ id, email, name, roles, disabled }: User): string {
  const words = [String(id), email, name, roles.length > 0 ? roles.join(',') : '-', ...(disabled ? ['disabled'] : [])]
  return words.map(shown).join('  ')
}
