import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { addScript, pathWith, recordingLog } from '../fixture.ts'
import { hasApt, RedisMissingError, requireRedis } from '../../../src/embedded/redis/install.ts'
import type { Test } from 'tap'

/** A system without Redis whose apt-get is ours: it notes how it was called and then does what `body` says. */
function systemWithApt (t: Test, body: string): { env: NodeJS.ProcessEnv, calls: () => string[] } {
  const PATH = pathWith(join(t.testdir(), 'bin'), 'sh', 'chmod', 'cat')
  const notes = join(t.testdirName, 'calls')
  addScript(PATH, 'apt-get', `echo "$@" >> ${notes}\n${body}`)
  return { env: { PATH }, calls: () => existsSync(notes) ? readFileSync(notes, 'utf8').trim().split('\n') : [] }
}

const INSTALL = 'install -y --no-install-recommends redis-tools'
const putRedis = (t: Test, version: string): string =>
  `printf '#!/bin/sh\\necho "Redis server v=${version}"\\n' > ${t.testdirName}/bin/redis-check-rdb; chmod 755 ${t.testdirName}/bin/redis-check-rdb`
const asRoot = { mayInstall: true, isRoot: true, debianMark: '/dev/null' }

t.test('a Redis that is there is used as it is', async (t) => {
  const { env, calls } = systemWithApt(t, 'exit 0')
  addScript(String(env.PATH), 'redis-server', 'echo "Redis server v=7.2.4"')
  t.equal(requireRedis({ env, log: recordingLog(), ...asRoot }).version, '7.2.4')
  t.strictSame(calls(), [])
})

t.test('a missing Redis is announced and installed', async (t) => {
  const { env, calls } = systemWithApt(t, putRedis(t, '7.0.15'))
  const log = recordingLog()
  t.equal(requireRedis({ env, log, ...asRoot }).version, '7.0.15')
  t.strictSame(calls(), [INSTALL])
  t.strictSame(log.messages, ['no Redis found, installing it with apt-get (INSTALL_REDIS=false prevents that)'])
})

t.test('a machine without package lists gets them first', async (t) => {
  const lists = join(t.testdir(), 'lists')
  const { env, calls } = systemWithApt(t, `case $1 in update) : > ${lists};; *) [ -e ${lists} ] || exit 100; ${putRedis(t, '7.0.15')};; esac`)
  t.equal(requireRedis({ env, log: recordingLog(), ...asRoot }).version, '7.0.15')
  t.strictSame(calls(), [INSTALL, 'update', INSTALL])
})

t.test('where installing fails, or brings an old one, one message says what to type', async (t) => {
  const failing = systemWithApt(t, 'exit 100')
  t.throws(() => requireRedis({ env: failing.env, log: recordingLog(), ...asRoot }), {
    name: 'RedisMissingError',
    message: `No Redis 7.0 or later (or Valkey) was found on this machine.
Install one of these and start again:
  Debian, Ubuntu   sudo apt-get update && sudo apt-get install -y redis-tools
  macOS            brew install redis
  Docker           docker run -d -p 127.0.0.1:6379:6379 redis:7 redis-server --appendonly yes
                   export REDIS_URL=redis://127.0.0.1:6379 DEMO_USERS=true COOKIE_SECURE=false
                   export SESSION_KEYS=k1:$(node -p 'crypto.randomBytes(32).toString("base64url")')`
  })
  const old = systemWithApt(t, putRedis(t, '6.0.16'))
  t.throws(() => requireRedis({ env: old.env, log: recordingLog(), ...asRoot }), /found, but too old: .*redis-check-rdb \(6\.0\.16\)/)
})

t.test('nothing is installed unless it may be: as root, on Debian, and not forbidden', async (t) => {
  const { env, calls } = systemWithApt(t, 'exit 0')
  for (const without of [{ mayInstall: false }, { isRoot: false }, { debianMark: '/absent' }]) {
    t.throws(() => requireRedis({ env, log: recordingLog(), ...asRoot, ...without }), RedisMissingError)
  }
  t.strictSame(calls(), [])
})

t.test('where nothing else is said, root on Debian and its kin may install', async t => {
  t.equal(hasApt({}), process.getuid?.() === 0 && existsSync('/etc/debian_version'))
})
