/**
 * Starts private servers on the folder given as argument, prints where they are, and stays: until SIGTERM, on which it stops
 * them, or SIGUSR2, on which it leaves without a word to them.
 */
import { startEmbedded } from '../../src/embedded/index.ts'

const log = { info () {}, error () {} }
const servers = await startEmbedded({ dataDir: String(process.argv[2]), redis: true, postgres: true, log })
console.log(JSON.stringify({ ...servers, ...servers.pids() }))
process.once('SIGTERM', () => { servers.stop() })
process.once('SIGUSR2', () => { process.exit(3) })
