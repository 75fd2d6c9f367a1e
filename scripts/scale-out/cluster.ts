import { startNode, until } from './node.ts'

const SLOTS = 16_384
const MASTERS = 3

/** Starts three masters that share the slots; resolves when each of them says that the cluster works. */
export async function startCluster (folder: string) {
  const settings = ['--cluster-enabled', 'yes', '--cluster-node-timeout', '2000', '--appendonly', 'no']
  const nodes = await Promise.all(Array.from({ length: MASTERS }, () => startNode(folder, settings)))
  const [first] = nodes
  for (const [index, { client }] of nodes.entries()) {
    const from = Math.floor(SLOTS * index / MASTERS)
    const to = Math.floor(SLOTS * (index + 1) / MASTERS) - 1
    await client.call('CLUSTER', 'ADDSLOTSRANGE', from, to)
    await client.call('CLUSTER', 'SET-CONFIG-EPOCH', index + 1)
    if (first !== undefined && index > 0) await client.call('CLUSTER', 'MEET', '127.0.0.1', first.port)
  }
  await until('the cluster', async () => {
    const states = await Promise.all(nodes.map(async ({ client }) => String(await client.call('CLUSTER', 'INFO'))))
    return states.every(state => /cluster_state:ok/.test(state) && /cluster_size:3/.test(state) && /cluster_known_nodes:3/.test(state))
  })
  return {
    url: `redis+cluster://${nodes.map(({ address }) => address).join(',')}`,
    stop: () => Promise.all(nodes.map(node => node.stop()))
  }
}
