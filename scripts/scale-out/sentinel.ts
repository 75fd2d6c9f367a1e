import { join } from 'node:path'
import { writeFileSync, mkdirSync } from 'node:fs'
import { startNode, until } from './node.ts'

const NAME = 'sessions'
const QUORUM = 2

/** Starts a master, a replica and three sentinels; resolves when the sentinels know each other and the replica. */
export async function startSentinels (folder: string) {
  const master = await startNode(folder, ['--appendonly', 'yes', '--repl-diskless-sync-delay', '0'])
  const replica = await startNode(folder, ['--appendonly', 'yes', '--replicaof', `127.0.0.1 ${master.port}`])
  await until('the replica', async () => /master_link_status:up/.test(await replica.client.info('replication')))
  const sentinels = await Promise.all([1, 2, 3].map(number => startSentinel(folder, number, master.port)))
  await until('the sentinels', async () => {
    const views = await Promise.all(sentinels.map(async ({ client }) => String(await client.info('sentinel'))))
    return views.every(view => /master0:name=sessions,status=ok,.*slaves=1,sentinels=3/.test(view))
  })
  return {
    url: `redis+sentinel://${sentinels.map(({ address }) => address).join(',')}/${NAME}`,
    watchers: sentinels,
    stop: () => Promise.all([...sentinels, replica, master].map(node => node.stop()))
  }
}

/** A sentinel rewrites its configuration file, so each needs its own. */
function startSentinel (parent: string, number: number, masterPort: number) {
  const folder = join(parent, `sentinel-${number}`)
  mkdirSync(folder)
  const file = join(folder, 'sentinel.conf')
  writeFileSync(file, `sentinel monitor ${NAME} 127.0.0.1 ${masterPort} ${QUORUM}\nsentinel down-after-milliseconds ${NAME} 1500\n`)
  return startNode(parent, [], [file, '--sentinel'])
}
