import t from 'tap'
import { UsageError } from '../../../scripts/command-line.ts'
import { parseCommand } from '../../../scripts/keys/command.ts'

t.test('each command is understood', async t => {
  const understood: Array<[line: string[], command: object]> = [
    [['list'], { name: 'list' }],
    [['create', 'shop', '--scope', 'sessions:introspect', '--scope', 'sessions:read'], { name: 'create', service: 'shop', scopes: ['sessions:introspect', 'sessions:read'], dataPrefix: '', publicKeyFile: null }],
    [['create', 'shop', '--scope', 'admin', '--data-prefix', 'shop.'], { name: 'create', service: 'shop', scopes: ['admin'], dataPrefix: 'shop.', publicKeyFile: null }],
    [['create', 'shop', '--scope', 'admin', '--public-key', 'shop.jwk'], { name: 'create', service: 'shop', scopes: ['admin'], dataPrefix: '', publicKeyFile: 'shop.jwk' }],
    [['scopes', 'shop', '--scope', 'sessions:revoke'], { name: 'scopes', service: 'shop', scopes: ['sessions:revoke'] }],
    [['data-prefix', 'shop', 'shop.'], { name: 'data-prefix', service: 'shop', dataPrefix: 'shop.' }],
    [['data-prefix', 'shop', ''], { name: 'data-prefix', service: 'shop', dataPrefix: '' }],
    [['rotate', 'shop'], { name: 'rotate', service: 'shop', publicKeyFile: null }],
    [['rotate', 'shop', '--public-key', 'next.jwk'], { name: 'rotate', service: 'shop', publicKeyFile: 'next.jwk' }],
    [['revoke', 'shop', '0a1b2c3d4e5f6071'], { name: 'revoke', service: 'shop', keyId: '0a1b2c3d4e5f6071' }],
    [['remove', 'shop', '--permanently'], { name: 'remove', service: 'shop' }]
  ]
  for (const [line, command] of understood) t.strictSame(parseCommand(line), command)
})

t.test('anything else is a mistake that says what is wrong', async t => {
  const mistakes: Array<[line: string[], message: RegExp]> = [
    [[], /Which command/],
    [['delete', 'shop'], /no command delete/],
    [['list', 'shop'], /takes nothing more/],
    [['create', '--scope', 'admin'], /takes one service/],
    [['create', 'shop'], /--scope is missing/],
    [['create', 'shop', '--scope', 'sessions:all'], /no scope sessions:all/],
    [['scopes', 'shop'], /--scope is missing/],
    [['data-prefix', 'shop'], /one service and a prefix/],
    [['rotate'], /takes one service/],
    [['rotate', 'shop', 'other'], /takes one service/],
    [['revoke', 'shop'], /one service and the id of a key/],
    [['remove', 'shop'], /cannot be undone: say --permanently/],
    [['remove', '--permanently'], /takes one service/],
    [['rotate', 'shop', '--key', 'ssk_'], /--key/],
    [['rotate', 'shop', '--public-key'], /--public-key/]
  ]
  for (const [line, message] of mistakes) {
    const mistake = t.throws(() => parseCommand(line), { message })
    t.ok(mistake instanceof UsageError)
  }
})
