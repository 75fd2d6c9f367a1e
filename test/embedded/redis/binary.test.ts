import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { addScript } from '../fixture.ts'
import { findRedis } from '../../../src/embedded/redis/binary.ts'

const printing = (text: string): string => `echo "${text}"`
const REDIS_7 = printing('Redis server v=7.0.15 sha=00000000:0 malloc=jemalloc-5.3.0 bits=64 build=1')
const REDIS_6 = printing('Redis server v=6.0.16 sha=00000000:0 malloc=jemalloc-5.2.1 bits=64 build=1')
const VALKEY_8 = printing('Valkey server v=8.0.1 sha=00000000:0 malloc=jemalloc-5.3.0 bits=64 build=1')

t.test('the first server on the PATH that is new enough is taken', async (t) => {
  const [one, two] = [join(t.testdir(), 'one'), join(t.testdirName, 'two')]
  addScript(one, 'redis-server', REDIS_6)
  addScript(two, 'redis-server', REDIS_7)
  t.strictSame(findRedis({ PATH: `${one}:${two}` }), {
    found: { path: join(two, 'redis-server'), version: '7.0.15' },
    tooOld: [{ path: join(one, 'redis-server'), version: '6.0.16' }]
  })
})

t.test('Valkey does as well, Redis comes first', async (t) => {
  const PATH = t.testdir()
  addScript(PATH, 'valkey-server', VALKEY_8)
  t.equal(findRedis({ PATH }).found?.version, '8.0.1')
  addScript(PATH, 'redis-server', REDIS_7)
  t.equal(findRedis({ PATH }).found?.version, '7.0.15')
})

t.test('where only the check tool is installed, it is the server under another name', async (t) => {
  const PATH = t.testdir()
  addScript(PATH, 'redis-check-rdb', REDIS_7)
  t.strictSame(findRedis({ PATH }).found, { path: join(PATH, 'redis-check-rdb'), version: '7.0.15' })
})

t.test('what is no server, or does not run, is passed over', async (t) => {
  const PATH = t.testdir({ 'valkey-server': 'not executable' })
  addScript(PATH, 'redis-server', 'exit 1')
  writeFileSync(join(PATH, 'redis-check-rdb'), '#!/absent/interpreter', { mode: 0o755 })
  t.strictSame(findRedis({ PATH }), { found: null, tooOld: [] })
  t.strictSame(findRedis({}), { found: null, tooOld: [] }, 'no PATH at all')
})
