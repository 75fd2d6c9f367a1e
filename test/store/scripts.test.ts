import { readdirSync, readFileSync } from 'node:fs'
import t from 'tap'
import { createClient } from '../../src/store/connect.ts'
import { mastersOf } from '../../src/store/scripts.ts'
import { connected } from './fixture.ts'

const folder = new URL('../../src/store/lua/', import.meta.url)
const files = readdirSync(folder).filter(file => file.endsWith('.lua'))
const sourceOf = (file: string) => readFileSync(new URL(file, folder), 'utf8')

t.test('every script is a command of the client and says in its header what it does, takes and answers', t => {
  const client = createClient('redis://127.0.0.1:1')
  for (const file of files) {
    const [, name = ''] = /^([a-z]+[A-Z]\w+)-[12N]\.lua$/.exec(file) ?? []
    t.equal(typeof Reflect.get(client, name), 'function', `${file} names a command and its number of keys`)
    t.match(sourceOf(file), /^-- [A-Z].+\.\n(?:--.*\n)*-- {3}KEYS\[1\] .+\n/, `${file} has a header`)
    t.match(sourceOf(file), /^-- {3}Reply /m, `${file} names its reply`)
  }
  t.end()
})

t.test('no script is named like a command of Redis, with which a client would confuse it', async t => {
  const redis = await connected(t)
  const known = new Set((await redis.command('LIST')).map(String))
  for (const file of files) t.notOk(known.has((file.split('-')[0] ?? '').toLowerCase()), file)
})

t.test('a script that only frees memory or records a use may run at maxmemory; one that stores may not', t => {
  const flags = Object.fromEntries(files.map(file => [file.split('-')[0], /^-- +Flags: (.+)$/m.exec(sourceOf(file))?.[1] ?? '']))
  t.strictSame(flags, {
    activityRead: 'allow-oom',
    channelRead: 'no-writes',
    channelRelease: 'allow-oom',
    channelTake: '',
    failuresAdd: '',
    failuresReserve: '',
    failuresSettle: 'allow-oom',
    failuresWait: 'no-writes',
    idempotencyClaim: '',
    idempotencySettle: 'allow-oom',
    leaseRelease: 'allow-oom',
    leaseTake: '',
    leasesRead: 'no-writes',
    liveCount: 'allow-oom',
    recountLock: 'allow-oom',
    revocationsAppend: 'allow-oom',
    revocationsRead: 'no-writes',
    sessionClaim: '',
    sessionCreate: '',
    sessionDataRead: 'no-writes',
    sessionDataWrite: '',
    sessionsDeadline: 'no-writes',
    indexesExpired: 'no-writes',
    sessionEnd: 'allow-oom',
    sessionExplain: 'no-writes',
    sessionExtend: '',
    sessionFlag: 'allow-oom',
    sessionPlace: '',
    sessionPromote: 'allow-oom',
    sessionRename: '',
    sessionReplace: '',
    sessionUnclaim: 'allow-oom',
    sessionsBury: 'allow-oom',
    sessionsDescribe: 'no-writes',
    sessionsIndexed: 'no-writes',
    sessionsValidate: 'allow-oom',
    eventsGlance: 'no-writes',
    eventsWatch: 'allow-oom',
    sessionTouch: 'allow-oom',
    everybodyEnd: 'allow-oom',
    sessionsEndBefore: 'allow-oom',
    sessionsEndSlice: 'allow-oom',
    sessionsEnded: 'allow-oom',
    storePacking: '',
    storeProbe: 'allow-oom',
    userDataRead: 'no-writes',
    userDataWrite: ''
  })
  t.end()
})

t.test('maintenance asks the one node of a standalone Redis, and each master of a Cluster', async t => {
  const redis = createClient('redis://127.0.0.1:1')
  t.strictSame(mastersOf(redis), [redis])
  t.strictSame(mastersOf(createClient('redis+cluster://127.0.0.1:1')), [], 'none before it is connected')
})
