import { createRequire } from 'node:module'
import t from 'tap'
import { loadConfig } from '../../src/config.ts'

const harmful = [
  'ioredis:*', '*', 'ioredis:redis', 'express:* ioredis*', 'a,*,b', 'io*', '*redis', 'i*s', '**', '*:*', 'ioredis:*,-ioredis:cluster', '*,-my-*', '\tioredis:redis\n'
]
const harmless = [
  '', 'express:*', '-ioredis:*', 'my-ioredis', '*,-ioredis:*', '*,-ioredis:redis', '-*,ioredis:redis', '-io*s *', 'ioredis', 'ioredis:', 'ioredis:connection',
  'ioredis:cluster*', 'ioredis.redis', '(ioredis:redis|x)', '[', '.*', '\\', ', ,'
]

t.test('a DEBUG that makes the Redis client print what it sends is refused', t => {
  for (const DEBUG of harmful) {
    t.throws(() => loadConfig({ DEBUG }), { name: 'ConfigError', faults: [{ variable: 'DEBUG', problem: /passwords and session data/ }] }, DEBUG)
  }
  t.end()
})

t.test('any other DEBUG is not our business', t => {
  for (const DEBUG of harmless) t.ok(loadConfig({ DEBUG }), DEBUG)
  t.ok(loadConfig({}))
  t.end()
})

t.test('which is which, the Redis client’s own copy of the package says too', t => {
  const ofClient = createRequire(createRequire(import.meta.url).resolve('ioredis'))
  const { enable, enabled } = ofClient('debug') as { enable: (text: string) => void, enabled: (name: string) => boolean }
  const isPrinted = (text: string) => {
    enable(text)
    return enabled('ioredis:redis')
  }
  t.strictSame(harmful.filter(text => !isPrinted(text)), [])
  t.strictSame(harmless.filter(text => isPrinted(text)), [])
  enable('')
  t.end()
})
