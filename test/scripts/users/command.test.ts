import t from 'tap'
import { UsageError } from '../../../scripts/command-line.ts'
import { parseCommand } from '../../../scripts/users/command.ts'

const zoe = 'zoe@example.com'

t.test('each command is understood, its email with or without --email', async t => {
  const understood: Array<[line: string[], command: object]> = [
    [['list'], { name: 'list' }],
    [['disable', zoe], { name: 'disable', email: zoe }],
    [['enable', '--email', zoe], { name: 'enable', email: zoe }],
    [['remove', zoe, '--permanently'], { name: 'remove', email: zoe }],
    [['add', '--email', zoe, '--name', 'Zoë'], { name: 'add', email: zoe, fullName: 'Zoë', roles: [], hashed: false }],
    [['add', zoe, '--name', 'Zoë', '--role', 'admin', '--role', 'audit', '--hashed'],
      { name: 'add', email: zoe, fullName: 'Zoë', roles: ['admin', 'audit'], hashed: true }],
    [['set-password', zoe], { name: 'set-password', email: zoe, hashed: false }],
    [['roles', zoe], { name: 'roles', email: zoe, roles: [] }],
    [['roles', zoe, '--role', 'admin'], { name: 'roles', email: zoe, roles: ['admin'] }]
  ]
  for (const [line, command] of understood) t.strictSame(parseCommand(line), command)
})

t.test('anything else is a mistake that says what is wrong', async t => {
  const mistakes: Array<[line: string[], message: RegExp]> = [
    [[], /Which command/],
    [['delete', zoe], /no command delete/],
    [['remove', zoe], /cannot be undone: say --permanently/],
    [['remove', '--permanently'], /one email/],
    [['disable'], /one email/],
    [['disable', zoe, 'yan@example.com'], /one email/],
    [['disable', zoe, '--email', zoe], /one email/],
    [['add', zoe], /--name is missing/],
    [['add', zoe, '--name', 'Zoë', '--password', 'secret'], /--password/]
  ]
  for (const [line, message] of mistakes) {
    const mistake = t.throws(() => parseCommand(line), { message })
    t.ok(mistake instanceof UsageError)
  }
})
