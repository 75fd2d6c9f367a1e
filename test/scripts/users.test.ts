import t from 'tap'
import { build, demo, login } from '../harness.ts'
import { runScript } from './run-script.ts'

const command = (args: string[], settings: Record<string, string>, input?: string) => runScript('users', args, settings, input)

t.test('on the servers of a running service', async t => {
  const { app, config } = await build(t)
  const { DATABASE_URL, REDIS_URL, SESSION_KEYS, KEY_PREFIX } = config
  const users = (args: string[], input?: string) => command(args, { DATABASE_URL, REDIS_URL, SESSION_KEYS, KEY_PREFIX, BCRYPT_COST: '4' }, input)

  await t.test('add makes an account that can log in, list shows it', async t => {
    t.match(await users(['add', 'zoe@example.com', '--name', 'Zoë', '--role', 'audit'], 'correct horse\n'),
      { status: 0, out: 'added 1001  zoe@example.com  Zoë  audit\n', err: '' })
    const response = await app.inject({ method: 'POST', url: '/login', payload: { email: 'zoe@example.com', password: 'correct horse' } })
    t.match(response.json(), { user: { id: 1001, name: 'Zoë' } })
    t.match(await users(['list']), { status: 0, out: '1  alice@example.com  Alice  -\n2  bob@example.com  Bob  -\n3  admin@example.com  Admin  admin\n1001  zoe@example.com  Zoë  audit\n' })
  })

  await t.test('disable ends the sessions of that account alone; enable lets it log in again', async t => {
    const [first, second, alice] = [await login(app, 'bob'), await login(app, 'bob'), await login(app, 'alice')]
    t.match(await users(['disable', 'bob@example.com']),
      { status: 0, out: 'can no longer log in: 2  bob@example.com  Bob  -  disabled (2 sessions ended)\n' })
    t.equal((await first.call('GET', '/me')).statusCode, 401)
    t.equal((await second.call('GET', '/me')).statusCode, 401)
    t.equal((await alice.call('GET', '/me')).statusCode, 200)
    const refused = await app.inject({ method: 'POST', url: '/login', payload: demo.bob })
    t.equal(refused.statusCode, 401)
    t.match(await users(['enable', 'bob@example.com']), { status: 0, out: /^can log in again: 2/ })
    await login(app, 'bob')
  })

  await t.test('set-password takes a hash from elsewhere and ends the session that knew the old one', async t => {
    const alice = await login(app, 'alice')
    const hash = '$2y$05$abcdefghijklmnopqrstuuVvizFiIFKRHf5OQay/hm.7gM0NJgP1u'
    t.match(await users(['set-password', 'alice@example.com', '--hashed'], hash), { status: 0, out: /sessions? ended\)\n$/ })
    t.equal((await alice.call('GET', '/me')).statusCode, 401)
    await login(app, 'alice')
  })

  await t.test('roles are taken away together with the session that had them', async t => {
    const admin = await login(app, 'admin')
    t.match(await users(['roles', 'admin@example.com']), { status: 0, out: 'has these roles: 3  admin@example.com  Admin  - (1 session ended)\n' })
    t.equal((await admin.call('GET', '/admin/stats')).statusCode, 401)
  })

  await t.test('remove takes the account away, with its sessions; without the flag it does nothing', async t => {
    const bob = await login(app, 'bob')
    t.match(await users(['remove', 'bob@example.com']), { status: 2, out: '', err: /^remove cannot be undone/ })
    t.equal((await bob.call('GET', '/me')).statusCode, 200)
    t.match(await users(['remove', 'bob@example.com', '--permanently']), { status: 0, out: /^is gone: 2 {2}bob@example\.com .*\(\d sessions? ended\)\n$/ })
    t.equal((await bob.call('GET', '/me')).statusCode, 401)
    t.equal((await app.inject({ method: 'POST', url: '/login', payload: demo.bob })).statusCode, 401)
    t.match(await users(['remove', 'bob@example.com', '--permanently']), { status: 1, err: 'Nobody has the email bob@example.com.\n' })
  })

  await t.test('mistakes are one line on standard error and a status', async t => {
    t.match(await users(['disable', 'nobody@example.com']), { status: 1, out: '', err: 'Nobody has the email nobody@example.com.\n' })
    t.match(await users(['frobnicate']), { status: 2, out: '', err: /^There is no command frobnicate\.\n\nnpm run users/ })
  })
})

t.test('on the private servers of a folder, which it starts and stops, or finds running', async t => {
  const env = { DATA_DIR: t.testdir(), BCRYPT_COST: '4' }
  t.match(await command(['add', 'zoe@example.com', '--name', 'Zoë'], env, 'correct horse\n'), { status: 0, out: /^added 1001/, err: '' })
  t.match(await command(['disable', 'zoe@example.com'], env), { status: 0, out: /\(0 sessions ended\)\n$/ })
  t.match(await command(['list'], env), { status: 0, out: '1001  zoe@example.com  Zoë  -  disabled\n' })
})
