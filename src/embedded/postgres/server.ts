import { chmodSync, mkdirSync } from 'node:fs'
import { join } from 'node:path'
import pg from 'pg'
import { chooseAccount, handOver } from './account.ts'
import { clearPostgresLeftovers, STOP_SIGNAL } from './leftovers.ts'
import { ensureCluster, ROLE } from './cluster.ts'
import { findPostgres } from './binaries.ts'
import { leash } from '../leash.ts'
import { postgresHome, reachablePrograms } from './home.ts'
import { postgresSocketFolder } from '../runtime-folder.ts'
import { supervise } from '../supervisor.ts'
import type { Account } from './account.ts'
import type { PrivateServerOptions } from '../options.ts'
import type { SupervisedServer } from '../supervisor.ts'

/** The connection string of a private PostgreSQL, for `pg`. */
export function databaseUrl (runtimeFolder: string, role: string = ROLE): string {
  return `postgres://${role}@localhost/${ROLE}?host=${encodeURIComponent(postgresSocketFolder(runtimeFolder))}`
}

export interface PrivatePostgresOptions extends PrivateServerOptions {
  /** As whom it runs; by default the best that the system allows. */
  account?: Account
  /** The folder with PostgreSQL's programs; by default the optional dependency's. */
  programs?: string
  /** Where the data goes if the account cannot reach `dataDir`. */
  elsewhere?: string
}

/** Starts the private PostgreSQL on `<dataDir>/postgres`, reachable through its Unix socket alone. Throws PostgresMissingError, ForeignFolderError. */
export async function startPostgres (options: PrivatePostgresOptions): Promise<SupervisedServer> {
  const { dataDir, runtimeFolder, durable, log, account = chooseAccount(options.env) } = options
  // Nothing else of our environment: PGDATA or PGOPTIONS of the person at the terminal are not meant for this server.
  const env = { PATH: options.env.PATH, LC_ALL: 'C' }
  await clearPostgresLeftovers(dataDir, log)
  const home = postgresHome(dataDir, account, env, options.elsewhere)
  const programs = reachablePrograms(options.programs ?? findPostgres(), home, account, env)
  const words = leash(STOP_SIGNAL, env)
  const folder = await ensureCluster({ home, programs, account, leash: words, durable, env })
  const sockets = makeSocketFolder(runtimeFolder, account)
  return supervise({
    name: 'PostgreSQL',
    command: [...account.prefix, ...words, join(programs, 'bin', 'postgres'), '-D', folder, ...settings(sockets, durable)],
    env,
    ...account.owner,
    logFile: join(dataDir, 'postgres.log'),
    stopSignal: STOP_SIGNAL,
    isReady: () => answersQuery(databaseUrl(runtimeFolder))
  }, log)
}

function makeSocketFolder (runtimeFolder: string, account: Account): string {
  const folder = postgresSocketFolder(runtimeFolder)
  mkdirSync(folder, { mode: 0o700 })
  handOver(account, folder)
  // Another account has to pass through the folder above to its own; it still sees nothing else there.
  if (account.owner !== undefined && account.owner.uid !== process.getuid?.()) chmodSync(runtimeFolder, 0o711)
  return folder
}

function settings (sockets: string, durable: boolean): string[] {
  return Object.entries({
    listen_addresses: '',
    unix_socket_directories: sockets,
    unix_socket_permissions: '0700',
    shared_buffers: '32MB',
    // Its log is for why it stopped, not for what the service stores: neither statements nor the values in an error.
    log_min_error_statement: 'panic',
    log_error_verbosity: 'terse',
    ...(durable ? {} : { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off' })
  }).flatMap(([name, value]) => ['-c', `${name}=${value}`])
}

async function answersQuery (connectionString: string): Promise<boolean> {
  const client = new pg.Client({ connectionString, connectionTimeoutMillis: 1000 })
  client.on('error', () => { /* told by the query, which then fails */ })
  const isReady = await client.connect().then(() => client.query('SELECT 1')).then(() => true, () => false)
  await client.end()
  return isReady
}
