import { execFileSync, spawnSync } from 'node:child_process'
import { setTimeout as sleep } from 'node:timers/promises'
import t, { type Test } from 'tap'
import { startEmbedded } from '../../src/embedded/index.ts'
import { createUserDatabase } from '../../src/users/database.ts'
import { migrateUsers } from '../../src/users/migrate.ts'
import { createUserRepository } from '../../src/users/repository.ts'

const account = { email: 'carol@example.com', name: 'Carol', passwordHash: '$2y$05$abcdefghijklmnopqrstuuVvizFiIFKRHf5OQay/hm.7gM0NJgP1u' }

t.test('with a server of its own that gets stopped and frozen', async t => {
  const server = await privateServer(t)
  await migrateUsers(server.url)

  await t.test('frozen: every verb rejects in time, however many call, and works again after the thaw', async t => {
    const { users } = open(t, server.url)
    await users.list()
    server.freeze()
    const calls = Array.from({ length: 5 }, () => verbs(users)).flat()
    for (const { code, ms } of await Promise.all(calls.map(call => outcome(call)))) {
      t.equal(code, 'users_unavailable')
      t.ok(ms < 1000, `${ms} ms`)
    }
    server.thaw()
    t.ok(await recovery(users) < 2000)
  })

  await t.test('frozen while a statement runs: it is given up, and its connection is not used again', async t => {
    const { users, database } = open(t, server.url)
    const { code, ms } = await outcome(() => database.query("SELECT pg_sleep(3), 'late' AS answer"))
    t.equal(code, 'users_unavailable')
    t.ok(ms < 1000, `${ms} ms`)
    t.strictSame(await Promise.all(Array.from({ length: 20 }, () => users.list())), Array(20).fill([]))
  })

  await t.test('waiting for a connection counts: all of them busy first, then a slow statement, and still in time', async t => {
    const { database } = open(t, server.url)
    const busy = Array.from({ length: 10 }, () => database.query('SELECT pg_sleep(0.2)'))
    const { code, ms } = await outcome(() => database.query('SELECT pg_sleep(3)'))
    t.equal(code, 'users_unavailable')
    t.ok(ms < 1000, `${ms} ms`)
    await Promise.all(busy)
  })

  await t.test('a frozen server does not hold up a close', async t => {
    const connections = openConnections()
    const { users, database } = open(t, server.url)
    await Promise.all([users.ping(), users.ping()])
    t.equal(openConnections(), connections + 2)
    server.freeze()
    const started = Date.now()
    await database.close()
    t.ok(Date.now() - started < 1000)
    await sleep(10)
    t.equal(openConnections(), connections, 'nothing keeps the process alive')
    server.thaw()
  })

  await t.test('killed: rejects at once, tells of the broken idle connections, and finds the server when it is back', async t => {
    const broken: string[] = []
    const { users, database } = open(t, server.url, error => broken.push(error.message))
    const startedAt = async () => (await database.query<{ moment: string }>('SELECT pg_postmaster_start_time()::text AS moment'))[0]?.moment
    const before = await startedAt()
    process.kill(server.pid(), 'SIGKILL')
    await sleep(20)
    const { code, ms } = await outcome(() => users.findForLogin('alice@example.com'))
    t.match(code, /^(users_unavailable|ok)$/)
    t.ok(ms < 1000, `${ms} ms`)
    // A process of the one that was killed may answer once more.
    let now = before
    for (let left = 500; left > 0 && now === before; left--) {
      await sleep(20)
      now = await startedAt().catch(() => before)
    }
    t.not(now, before, 'another one answers')
    await recovery(users)
    t.ok(broken.length > 0)
  })
})

t.test('refused credentials and an unknown database are an outage, a bad statement is a defect', async t => {
  const url = new URL(String(process.env.TEST_DATABASE_URL))
  const { database } = open(t, url.href)
  await t.rejects(database.query('SELECT nonsense'), { code: '42703' })
  url.pathname = '/no_such_database'
  const { users } = open(t, url.href)
  await t.rejects(users.ping(), { code: 'users_unavailable', cause: { code: '3D000' } })
})

function open (t: Test, url: string, onError?: (error: Error) => void) {
  const database = createUserDatabase(url, { onError })
  t.teardown(() => database.close())
  return { database, users: createUserRepository(database) }
}

type Users = ReturnType<typeof createUserRepository>

function verbs (users: Users): Array<() => Promise<unknown>> {
  return [
    () => users.ping(),
    () => users.list(),
    () => users.add(account),
    () => users.findForLogin(account.email),
    () => users.find(1),
    () => users.change(1, { roles: [] }),
    () => users.setDisabled(account.email, false),
    () => users.setPasswordHash(account.email, account.passwordHash)
  ]
}

async function outcome (call: () => Promise<unknown>): Promise<{ code: string, ms: number }> {
  const started = performance.now()
  const code = await call().then(() => 'ok', error => String(error.code))
  return { code, ms: Math.round(performance.now() - started) }
}

/** Milliseconds until a verb works; the server owns this time, so it is asked again and again. */
async function recovery (users: Users): Promise<number> {
  const started = performance.now()
  while ((await outcome(() => users.list())).code !== 'ok') await sleep(10)
  return performance.now() - started
}

async function privateServer (t: Test) {
  const log = { info () {}, error () {} }
  const server = await startEmbedded({ dataDir: t.testdir(), redis: false, postgres: true, durable: false, log })
  const pid = () => Number(server.pids().postgres)
  // kill(1) goes on when one of them has just ended
  const signal = (name: 'STOP' | 'CONT') => spawnSync('kill', [`-${name}`, ...processTree(pid()).map(String)])
  const thaw = () => signal('CONT')
  t.teardown(async () => {
    try {
      thaw()
    } finally {
      await server.stop()
    }
  })
  return { url: String(server.databaseUrl), pid, freeze: () => signal('STOP'), thaw }
}

/** Connections to Unix sockets in this process. */
function openConnections (): number {
  return process.getActiveResourcesInfo().filter(name => name === 'PipeWrap').length
}

/** The server and its backends. */
function processTree (pid: number): number[] {
  const table = execFileSync('ps', ['-A', '-o', 'pid=,ppid='], { encoding: 'utf8' }).trim().split('\n')
  const children = table.map(line => line.trim().split(/\s+/).map(Number)).filter(([, parent]) => parent === pid)
  return [pid, ...children.flatMap(([child]) => processTree(Number(child)))]
}
