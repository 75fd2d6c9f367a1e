import { createHash } from 'node:crypto'
import type { Client, Input } from '../client.ts'
import { SessionServiceError } from '../errors.ts'

/** The operations of the service that a store needs. */
export type StoreClient = Pick<Client, 'listUserSessions' | 'openUserSession' | 'changeUserSession' | 'showUserSession' | 'getUserSessionData' | 'putUserSessionData' | 'endListedSessions'>

/** Of a user's session, as POST /v1/sessions takes it. */
export type NewUserSession = Input<'openUserSession'>['body']

export type Holders = ReturnType<typeof createHolders>

/** For a second at least. */
const [MOST_TRIES, PAUSE_MS] = [20, 50]

/** What the service takes: a year, and so many characters of a user agent. */
const [MOST_SECONDS, MOST_OF_AGENT] = [31_536_000, 512]

/**
 * The sessions of the service that stand for sids: a sid is made by the application, so it is no credential here. Each has a holder, the session
 * of a user of its own, whose id is a digest of the sid. Absent and ended are null or false; all else throws SessionServiceError.
 */
export function createHolders (client: StoreClient, lifetime: string) {
  const userIdOf = (digest: string) => `sid:${digest}`

  /** The public id. Who opens the same at this moment is waited for. */
  async function opened (input: Input<'openUserSession'>): Promise<string> {
    for (let tries = 1; ; tries++) {
      try {
        return (await client.openUserSession(input)).body.sid
      } catch (error) {
        if (codeOf(error) !== 'idempotency_key_in_use' || tries === MOST_TRIES) throw error
        await new Promise(resolve => setTimeout(resolve, PAUSE_MS))
      }
    }
  }

  return {
    /** The public id of the live holder. */
    async find (digest: string): Promise<string | null> {
      const { body } = await client.listUserSessions({ query: { userId: userIdOf(digest), limit: '1' } })
      return body.sessions[0]?.sessionId ?? null
    },

    /** Whoever opens the holder of a sid at the same time, or again within a day, gets the same one, also if it has ended. */
    open (digest: string): Promise<string> {
      return opened({ idempotencyKey: `express-session:${lifetime}:${digest}`, body: { userId: userIdOf(digest), lifetime } })
    },

    /** The same for a session of the user; `moment` is other for each login. */
    openForUser (wanted: NewUserSession, moment: string): Promise<string> {
      const body = { lifetime, ...wanted, ...(wanted.userAgent !== undefined && { userAgent: wanted.userAgent.slice(0, MOST_OF_AGENT) }) }
      return opened({ idempotencyKey: `express-session:${textDigest(`${moment} ${JSON.stringify(body)}`)}`, body })
    },

    async read (id: string): Promise<{ data: Record<string, unknown>, etag: string } | null> {
      const found = await ifLive(client.getUserSessionData({ params: { sessionId: id } }))
      return found === null ? null : { data: found.body.data, etag: String(found.headers.get('etag')) }
    },

    /** The ETag of what is there then. `etag` is what has to be there before, for whom that matters. */
    async write (id: string, data: Record<string, unknown>, etag: string | undefined): Promise<string | null> {
      const written = await ifLive(client.putUserSessionData({ params: { sessionId: id }, body: { data }, ...(etag !== undefined && { headers: { 'if-match': etag } }) })).catch(explain)
      return written === null ? null : String(written.headers.get('etag'))
    },

    /** Lets it stay unused until then, and changes some of what it holds. */
    async extend (id: string, untilMs: number, data?: Record<string, unknown>): Promise<boolean> {
      const extendSeconds = Math.min(Math.max(Math.ceil((untilMs - Date.now()) / 1000), 1), MOST_SECONDS)
      return await ifLive(client.changeUserSession({ params: { sessionId: id }, body: { extendSeconds, ...(data !== undefined && { data }) } })) !== null
    },

    isLive: async (id: string): Promise<boolean> => await ifLive(client.showUserSession({ params: { sessionId: id } })) !== null,

    /** Whoever's they are. What has ended already stays so. */
    async end (...ids: string[]): Promise<void> {
      await client.endListedSessions({ body: { sessionIds: ids } })
    }
  }
}

/** Of a text that nobody can guess, one that does not tell it: 256 bits, base64url. */
export function textDigest (text: string): string {
  return createHash('sha256').update(text).digest('base64url')
}

async function ifLive<Answer> (asked: Promise<Answer>): Promise<Answer | null> {
  try {
    return await asked
  } catch (error) {
    if (codeOf(error) === 'session_not_found') return null
    throw error
  }
}

export function codeOf (error: unknown): string {
  return error instanceof SessionServiceError ? error.code : ''
}

/** What to do about a session that is too large. */
function explain (error: unknown): never {
  if (!(error instanceof SessionServiceError) || error.code !== 'data_limit_exceeded') throw error
  const { code, status, message, problem } = error
  throw new SessionServiceError(code, status, `${message} Keep what is large elsewhere, and in the session only where that is.`, { problem, cause: error })
}
