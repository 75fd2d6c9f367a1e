import { required, UsageError, wordsAndOptions } from '../command-line.ts'

/** One line of the command line, understood. */
export type Command =
  | { name: 'list' }
  | { name: 'add', email: string, fullName: string, roles: string[], hashed: boolean }
  | { name: 'set-password', email: string, hashed: boolean }
  | { name: 'roles', email: string, roles: string[] }
  | { name: 'disable' | 'enable' | 'remove', email: string }

export const usage = `npm run users -- <command>

  list
  add <email> --name <name> [--role <role> …] [--hashed]
  set-password <email> [--hashed]
  roles <email> [--role <role> …]     these and no others
  disable <email>
  enable <email>
  remove <email> --permanently        there is no way back; disable keeps the account

--email <email> is the same as <email>. The password is asked for, or read from standard input; never an argument,
because arguments are visible to everybody on the machine. With --hashed, standard input holds a bcrypt hash instead.
disable, set-password, roles and remove also end all sessions of the account; remove erases their history.
The users are those of DATABASE_URL, or those of \`npm start\` in DATA_DIR, whether it runs or not.`

/** @throws UsageError */
export function parseCommand (args: string[]): Command {
  const { values, positionals: [name, ...rest] } = parsed(args)
  const given = values.email === undefined ? rest : [values.email, ...rest]
  const email = (): string => only(given)
  const { role: roles = [], hashed = false, permanently = false } = values
  switch (name) {
    case 'list': return { name }
    case 'add': return { name, email: email(), fullName: required(values.name, '--name'), roles, hashed }
    case 'set-password': return { name, email: email(), hashed }
    case 'roles': return { name, email: email(), roles }
    case 'disable':
    case 'enable': return { name, email: email() }
    case 'remove': return { name, email: confirmed(email(), permanently) }
    default: throw new UsageError(name === undefined ? 'Which command?' : `There is no command ${name}.`)
  }
}

function parsed (args: string[]) {
  return wordsAndOptions(args, {
    email: { type: 'string' },
    name: { type: 'string' },
    role: { type: 'string', multiple: true },
    hashed: { type: 'boolean' },
    permanently: { type: 'boolean' }
  })
}

function only (emails: string[]): string {
  const [email, ...more] = emails
  if (email === undefined || more.length > 0) throw new UsageError('This command takes one email.')
  return email
}

function confirmed (email: string, permanently: boolean): string {
  if (!permanently) throw new UsageError('remove cannot be undone: say --permanently, or use disable.')
  return email
}
