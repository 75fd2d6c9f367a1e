import { randomBytes } from 'node:crypto'
import t from 'tap'
import { configTable, loadConfig, showConfig } from '../../src/config.ts'
import { ConfigSchema } from '../../src/config/schema.ts'

const key = randomBytes(32).toString('base64url')
const other = randomBytes(32).toString('base64url')
const linesOf = (env: Record<string, string>) => Object.fromEntries(showConfig(loadConfig({ SESSION_KEYS: `k1:${key}`, ...env })).split('\n').map(line => line.split(/=(.*)/s)))

t.test('the effective configuration has one line for each variable', t => {
  const lines = linesOf({ PORT: '8080' })
  t.strictSame(Object.keys(lines).sort(), Object.keys(ConfigSchema.properties).sort())
  t.match(lines, { PORT: '8080', HOST: '127.0.0.1', DEMO_USERS: 'true', REDIS_URL: '  # absent: a private Redis child process with its data in DATA_DIR', BCRYPT_COST: '  # absent: 12, demo accounts 10', TRUST_PROXY: '  # absent: nobody', LOG_LEVEL: 'info' })
  t.end()
})

t.test('secrets keep their shape and lose their secret', t => {
  t.match(linesOf({ SESSION_KEYS: `k1:${key},k2:${other}` }), { SESSION_KEYS: 'k1:***,k2:***' })
  const lines = linesOf({ REDIS_URL: 'redis+sentinel://app:p/w@s1:26379,s2/m', DATABASE_URL: 'postgres://app:secret@db.example/app?password=hunter2&sslmode=require' })
  t.match(lines, { REDIS_URL: 'redis+sentinel://***@s1:26379,s2/m', DATABASE_URL: 'postgres://***@db.example/app?***' })
  t.match(linesOf({ REDIS_URL: 'redis://h:6379', DATABASE_URL: 'postgres://u:p@ss@h/d' }), { REDIS_URL: 'redis://h:6379', DATABASE_URL: 'postgres://***' })
  t.match(linesOf({ REDIS_URL: 'redis://:a?b@h', DATABASE_URL: 'postgres://h/d?password=a@b' }), { REDIS_URL: 'redis://***', DATABASE_URL: 'postgres://***' })
  t.notMatch(JSON.stringify(lines), /secret|hunter2|p\/w/)
  t.end()
})

t.test('the table for readers has a row for each variable, with default and meaning', t => {
  const rows = configTable().split('\n')
  t.equal(rows.length, 2 + Object.keys(ConfigSchema.properties).length)
  t.ok(rows.includes('| `PORT` | `3000` | Port to listen on; 0 takes a free one. |'))
  for (const row of rows) t.equal(row.replaceAll('\\|', '').split('|').length, 5, row)
  t.end()
})
