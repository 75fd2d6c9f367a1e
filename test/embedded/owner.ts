/** Starts private servers on the folder given as argument, prints where they are, and stays until it is stopped. */
import { startEmbedded } from '../../src/embedded/index.ts'

const log = { info () {}, error () {} }
const servers = await startEmbedded({ dataDir: String(process.argv[2]), redis: true, postgres: true, log })
console.log(JSON.stringify({ ...servers, ...servers.pids() }))
process.once('SIGTERM', () => { servers.stop() })
