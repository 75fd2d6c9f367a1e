import { Socket } from 'node:net'
import pg from 'pg'
import { databaseError, outline } from './database-error.ts'

export interface DatabaseOptions {
  /** Milliseconds a verb may take in all, waiting for a connection included. Default 700. */
  timeoutMs?: number
  /** Told of idle connections that broke; the pool replaces them by itself. */
  onError?: (error: Error) => void
}

export type UserDatabase = ReturnType<typeof createUserDatabase>

const silent = () => {}

/**
 * A pool of at most 10 connections made for an authentication path: nothing waits longer than `timeoutMs`, and a
 * connection whose query did not come back is thrown away, so a frozen server is noticed and forgotten.
 */
export function createUserDatabase (connectionString: string, { timeoutMs = 700, onError = silent }: DatabaseOptions = {}) {
  const sockets = new Set<Socket>()
  const pool = new pg.Pool({
    connectionString,
    max: 10,
    connectionTimeoutMillis: Math.min(500, timeoutMs),
    query_timeout: timeoutMs,
    keepAlive: true,
    stream: () => tracked(sockets)
  })
  pool.on('error', error => onError(outline(error)))

  return {
    /**
     * Runs one parameterised statement.
     * @throws ServiceError `users_unavailable` within `timeoutMs`
     */
    async query<Row extends pg.QueryResultRow> (text: string, values: unknown[] = []): Promise<Row[]> {
      try {
        const { rows } = await within(timeoutMs, pool.query<Row>(text, values))
        return rows
      } catch (failure) {
        throw databaseError(failure)
      }
    },

    /** Closes politely, and after `timeoutMs` anyway: a frozen server cannot hold up a stop. */
    async close (): Promise<void> {
      const closed = [...sockets].map(socket => new Promise(resolve => socket.once('close', resolve)))
      await within(timeoutMs, Promise.all([pool.end(), ...closed])).catch(silent)
      for (const socket of sockets) socket.destroy()
    }
  }
}

function tracked (sockets: Set<Socket>): Socket {
  const socket = new Socket()
  sockets.add(socket)
  socket.once('close', () => sockets.delete(socket))
  return socket
}

/** The driver's own limits add up (wait for a connection, then for the reply); this one covers both. */
function within<T> (ms: number, work: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error(`PostgreSQL did not answer within ${ms} ms`)), ms)
  })
  return Promise.race([work, late]).finally(() => clearTimeout(timer))
}
