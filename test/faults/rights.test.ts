import { readFileSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import t from 'tap'
import { demo } from '../harness.ts'
import { privateRedis } from './private-redis.ts'
import { prepareRound } from './round.ts'
import { breakableService } from './service.ts'

t.test('the rights that docs/operating.md asks for are enough for every route', async t => {
  const redis = await privateRedis(t, 'tcp')
  const text = readFileSync(new URL('../../docs/operating.md', import.meta.url), 'utf8')
  const rights = [...text.matchAll(/`((?:\+[a-z]+ ?)+)`/g)].flatMap(([, list = '']) => list.split(' '))
  t.ok(rights.length > 20)
  await redis.ask('ACL', 'SETUSER', 'service', 'on', '>s3cret', '~app:*', '&app:session-changes*', ...rights)
  const service = await breakableService(t, { REDIS_URL: redis.url.replace('//', '//service:s3cret@'), KEY_PREFIX: 'app:' })
  // One by one: the feed of revocations has to be up within a second of its first reader, which sixty others would take from it on a slow machine.
  const answers: string[] = []
  for (const { route, send } of await prepareRound(service.call, service.loners)) answers.push(`${route.name} ${(await send()).status}`)
  t.strictSame(answers.filter(answer => !/ 20[01]$/.test(answer)), [])
  // What happens again and again while somebody listens takes the place of what was told last.
  const { json: { sessionId } } = await service.call('POST', '/login', { body: demo.bob })
  const credential = String(sessionId)
  t.equal((await service.call('GET', '/session/events', { credential })).status, 200)
  for (const state of [1, 2, 3]) t.equal((await service.call('PUT', '/me/active/streams', { credential, body: { state } })).status, 200)
  await sleep(1500) // the live count and the recount have had their turn
  t.strictSame(await redis.ask('ACL', 'LOG'), [], 'nothing was refused')
  await redis.ask('ACL', 'SETUSER', 'service', '+@all') // whoever looks at the keyspace at the end needs more
})
