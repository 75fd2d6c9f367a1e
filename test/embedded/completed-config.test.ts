import { existsSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { loadConfig } from '../../src/config.ts'
import { completedConfig } from '../../src/embedded/completed-config.ts'
import { randomKeyring } from '../harness.ts'

const urls = { redisUrl: 'unix:///run/private.sock', databaseUrl: 'postgres://private' }

t.test('what is not configured is private, with a key that stays the same', (t) => {
  const config = loadConfig({ DATA_DIR: join(t.testdir(), 'data') })
  const completed = completedConfig(config, urls)
  t.match(completed, { REDIS_URL: urls.redisUrl, DATABASE_URL: urls.databaseUrl, SESSION_KEYS: /^local:/, DEMO_USERS: true, PORT: 3000 })
  t.equal(completedConfig(config, urls).SESSION_KEYS, completed.SESSION_KEYS)
  t.end()
})

t.test('what is configured stays, and no key is made', (t) => {
  const own = { REDIS_URL: 'redis://cache.example', DATABASE_URL: 'postgres://db.example/app', SESSION_KEYS: randomKeyring() }
  const DATA_DIR = join(t.testdir(), 'data')
  t.match(completedConfig(loadConfig({ ...own, DATA_DIR }), {}), own)
  t.match(completedConfig(loadConfig({ DATA_DIR, DATABASE_URL: own.DATABASE_URL, SESSION_KEYS: own.SESSION_KEYS }), { redisUrl: urls.redisUrl }), { ...own, REDIS_URL: urls.redisUrl })
  t.notOk(existsSync(DATA_DIR))
  t.end()
})
