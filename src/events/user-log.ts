/** One thing that happened to a session of a user, as the log has it. */
export interface LoggedEvent {
  /** Grows with every event of the user. */
  id: number
  /** Which session it is about: the 28 hex digits of its public id behind the slot tag. */
  hex: string
  type: string
  /** What more there is to say: a JSON object. */
  payload: string
}

/** What is asked for of a user. */
export interface Watch {
  userId: string
  sessionIds: string[]
  /** Behind which position events are asked for; null for none. */
  after: number | null
  /** What lasts for a while from now on: the log; it and that the sessions have connections here; or nothing. */
  keeps: '' | 'log' | 'presence'
}

/** What is known of a user: its sessions, alive, and the newest entry of its log. */
export interface Known {
  userId: string
  sessionIds: string[]
  newest: number
}

/** When an alive session ends if nothing more happens (ms of the store's clock), and by what. */
export interface Lifespan {
  nowMs: number
  idleDeadlineMs: number
  /** When it is judged dead: one touch interval behind the idle deadline, at most. */
  endMs: number
  absoluteDeadlineMs: number
  idleMs: number
  lifetimeMs: number
  /** The credential's newest generation, and until when the one before it is good too (ms of the store's clock). */
  generation: number
  graceEndMs: number
}

export type LiveVerdict = Lifespan | { reason: string }

export interface Watched {
  /** Of each session: alive and how long, or why it ended, '' if that is not known any more; null if its record is damaged. */
  verdicts: Array<LiveVerdict | null>
  /** Behind the oldest position nothing is missing, up to the newest. */
  oldest: number
  newest: number
  entries: LoggedEvent[]
}

/** The logs of users, and whether their sessions are alive: one atomic look at both, so that nobody is told anything of later than the end. */
export interface UserLog {
  /** Of each user; null where it cannot be read. Looking is no use of a session. @throws ServiceError `store_unavailable` */
  watch: (users: Watch[]) => Promise<Array<Watched | null>>
  /** Of each user, whether a look may find anything else than what is known, but for what happens by itself; not where nobody can say. Costs a quarter of one. @throws ServiceError `store_unavailable` */
  haveChanged: (users: Known[]) => Promise<boolean[]>
  /** Records a use; says whether the session is alive. @throws ServiceError `store_unavailable` */
  touch: (sessionId: string) => Promise<boolean>
  /** The session has no socket here any more. @throws ServiceError `store_unavailable` */
  leave: (userId: string, sessionId: string) => Promise<void>
  /** This instance is there for a while from now on: what it says of presence counts. Says whether it was taken to be gone before. @throws ServiceError `store_unavailable` */
  keepLease: () => Promise<boolean>
  /** A connection has been sent an event that somebody waits for: told to all instances. @throws ServiceError `store_unavailable` */
  acknowledge: (userId: string, eventId: string) => Promise<void>
  /** Sessions of that user that have expired are seen to have. @throws ServiceError `store_unavailable` */
  bury: (userId: string) => Promise<void>
}

export function isAlive (verdict: LiveVerdict): verdict is Lifespan {
  return 'nowMs' in verdict
}

/** Whether a credential of that generation opens nothing any more: neither the newest one nor, in its grace, the one before. */
export function isOutdated (generation: number, { generation: newest, graceEndMs, nowMs }: Lifespan): boolean {
  return generation < newest - 1 || (generation < newest && nowMs >= graceEndMs)
}
