import { defineScripts, type RedisClient } from '../../src/store/scripts.ts'

/** Commands of sessionsValidate that change nothing. Everything else answers 0 and does nothing. */
const READS = ['TIME', 'EXISTS', 'HGET', 'HGETALL', 'HMGET', 'GET', 'LINDEX', 'LRANGE']

const withoutEffect = `
local reads, real = { ${READS.map(name => `${name} = true`).join(', ')} }, redis
local redis = { call = function(name, ...) if reads[name] then return real.call(name, ...) end return 0 end }
redis.pcall = redis.call`

/**
 * Makes this client's sessionsValidate judge like the real one and change nothing: it is the same script, in which the writes are
 * left out. A verdict can so be asked of every credential without an end to anything. Redis holds it to it by the flag.
 */
export function judgeOnly (client: RedisClient): void {
  const name = 'sessionsValidate'
  client.defineCommand(name, { lua: `#!lua flags=no-writes\n${withoutEffect}\n${sourceOf(name)}` })
}

/** A script as it is sent to Redis, includes and all, behind its first line. */
function sourceOf (name: string): string {
  const sources = new Map<string, string>()
  const noting = { defineCommand: (name: string, { lua }: { lua: string }) => sources.set(name, lua.slice(lua.indexOf('\n'))) }
  defineScripts(noting as unknown as RedisClient)
  return sources.get(name) ?? ''
}
