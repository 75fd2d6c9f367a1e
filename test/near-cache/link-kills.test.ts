import t from 'tap'
import { privateRedis } from '../faults/private-redis.ts'
import { killLinks } from './link-kills.ts'

/** `npm run bench:link-kills` asks for more. */
const KILLS = Number(process.env.LINK_KILLS ?? 200)

t.test(`${KILLS} times the link that brings news is killed under load, while a session is ended elsewhere: nothing stale is accepted once it is back, and never for a second`, async t => {
  // Of its own, because every subscriber is killed.
  const { url } = await privateRedis(t)
  await killLinks(t, { url, kills: KILLS })
})
