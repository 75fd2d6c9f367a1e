import type { EmbeddedLog } from './log.ts'

/** What each private server is given. */
export interface PrivateServerOptions {
  dataDir: string
  /** The folder for sockets. */
  runtimeFolder: string
  /** False keeps nothing over a crash, for tests. */
  durable: boolean
  /** Where PATH comes from. */
  env: NodeJS.ProcessEnv
  log: EmbeddedLog
}
