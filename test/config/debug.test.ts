import t from 'tap'
import { loadConfig } from '../../src/config.ts'

t.test('a DEBUG that makes the Redis client print what it sends is refused', t => {
  for (const DEBUG of ['ioredis:*', '*', 'ioredis:redis', 'express:* ioredis*', 'a,*,b']) {
    t.throws(() => loadConfig({ DEBUG }), { name: 'ConfigError', faults: [{ variable: 'DEBUG', problem: /passwords and session data/ }] }, DEBUG)
  }
  t.end()
})

t.test('any other DEBUG is not our business', t => {
  for (const DEBUG of ['', 'express:*', '-ioredis:*', 'my-ioredis']) t.ok(loadConfig({ DEBUG }), DEBUG)
  t.ok(loadConfig({}))
  t.end()
})
