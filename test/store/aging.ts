import { slotOf } from '../../src/sessions/credential.ts'
import type { Keys } from '../../src/store/keys.ts'
import type { RedisClient } from '../../src/store/scripts.ts'
import { memberOf, membersOf } from './index-members.ts'

/**
 * Makes a session so many seconds older, in its record and in the index, and its password proven as much earlier; its last touch, its deadlines
 * and the first use of its generation stay when they are, unless that was its login.
 */
export async function ageSession (client: RedisClient, keys: Keys, id: string, seconds: number): Promise<void> {
  const key = keys.session(id)
  const { c = '', u = '', ...fields } = await client.hgetall(key)
  const createdAtMs = Number(c) - seconds * 1000
  const later = ['r', 'e', 'k'].filter(name => name in fields)
  await client.hset(key, 'c', createdAtMs)
  await client.hincrby(key, 'x', seconds)
  for (const name of ['a', ...later]) await client.hincrby(key, name, seconds * 1000)

  const index = keys.userSessions(slotOf(id), u)
  const hex = memberOf({ id }).subarray(6, 20)
  for (const member of (await membersOf(client, index)).filter(member => member.subarray(6, 20).equals(hex))) {
    const aged = Buffer.from(member)
    aged.writeUIntBE(createdAtMs, 0, 6)
    await client.zadd(index, String(await client.zscore(index, member)), aged)
    await client.zrem(index, member)
  }
}

/** Makes it that long ago that the present generation was first used (`r`) or that the password was proven (`t`). */
export async function putBack (client: RedisClient, keys: Keys, id: string, moment: 'r' | 't', seconds: number): Promise<void> {
  const key = keys.session(id)
  await client.hset(key, moment, Date.now() - seconds * 1000 - Number(await client.hget(key, 'c')))
}
