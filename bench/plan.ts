import { createPatience, type Patience } from './quiet.ts'

/** How much is measured. */
export interface Plan {
  /** Interleaved rounds of each throughput and latency figure, and their length. */
  rounds: number
  seconds: number
  /** How long a server is asked the same before a round of throughput is measured: while others had their turn its code and its sessions have left the caches of the processor. */
  leadSeconds: number
  /** Processes of one program on each side where two programs are compared by a few percent: two processes of one differ by as much. */
  twins: number
  /** Sessions of others in the larger store. */
  others: number
  /** Sessions whose bytes are counted: so many that the hash tables of Redis are as full as with a million (0.715). */
  packed: number
  /** Sessions of the stores among which flatness is measured, the smallest first. */
  crowds: number[]
  /** Sessions that are ended beside touches. */
  revocations: number
  soakSeconds: number
  /** Who reads the feed of revocations, and what ends meanwhile. */
  feed: { subscribers: number, perSecond: number, seconds: number }
  /** Who listens to live events, and what is done meanwhile. `validations` are so many rounds each time that the sockets are on one server, of so many seconds, of that many sessions; `away` are those who do not come back after a crash. */
  realtime: {
    sockets: number
    idleSeconds: number
    validations: { rounds: number, seconds: number, sessions: number }
    revocations: { count: number, perSecond: number }
    devices: { users: number, each: number, perSecond: number, seconds: number }
    away: number
  }
  /** Simultaneous logins, one figure each, and the bcrypt costs at which they are measured. */
  logins: number[]
  costs: number[]
  /** How many times at each cost; the median tells. */
  storms: number
  /** Whether figures are held against their goals; counts and failed requests always are. */
  judges: boolean
  /** The table of peers: the sessions that take turns and those that are ended, rounds of a second that only warm up, and what is measured at each number of connections, the main one first. */
  peers: { sessions: number, ends: number, warmUps: number, cells: Array<{ connections: number, rounds: number, seconds: number }> }
  /** For one figure. */
  patience: () => Patience
}

export const fullPlan: Plan = {
  rounds: 11,
  seconds: 1,
  leadSeconds: 1,
  twins: 4,
  others: 100_000,
  packed: 125_000,
  crowds: [1000, 100_000, 1_000_000],
  revocations: 1000,
  soakSeconds: 30,
  feed: { subscribers: 1000, perSecond: 1000, seconds: 5 },
  realtime: {
    sockets: 10_000,
    idleSeconds: 61,
    validations: { rounds: 6, seconds: 2, sessions: 2000 },
    revocations: { count: 1000, perSecond: 100 },
    devices: { users: 1000, each: 5, perSecond: 200, seconds: 20 },
    away: 100
  },
  logins: [100, 200],
  costs: [10, 12],
  storms: 3,
  judges: true,
  peers: {
    sessions: 2000,
    ends: 50,
    warmUps: 1,
    cells: [{ connections: 64, rounds: 5, seconds: 2 }, { connections: 1, rounds: 3, seconds: 1 }, { connections: 256, rounds: 3, seconds: 1 }]
  },
  patience: () => createPatience(180_000)
}

/** With what takes long: a store of five millions, a million sessions by logins to be weighed, and ten minutes of soak. */
export const longPlan: Plan = { ...fullPlan, packed: 1_000_000, crowds: [...fullPlan.crowds, 5_000_000], soakSeconds: 600 }

/** Shows that everything runs and every request succeeds. */
export const quickPlan: Plan = {
  rounds: 1,
  seconds: 1,
  leadSeconds: 0,
  twins: 1,
  others: 200,
  packed: 2000,
  crowds: [1000, 5000],
  revocations: 10,
  soakSeconds: 3,
  feed: { subscribers: 20, perSecond: 200, seconds: 1 },
  realtime: {
    sockets: 100,
    idleSeconds: 1,
    validations: { rounds: 1, seconds: 1, sessions: 200 },
    revocations: { count: 20, perSecond: 100 },
    devices: { users: 10, each: 3, perSecond: 50, seconds: 1 },
    away: 5
  },
  logins: [2],
  costs: [10],
  storms: 1,
  judges: false,
  peers: { sessions: 50, ends: 3, warmUps: 0, cells: [{ connections: 64, rounds: 1, seconds: 1 }] },
  patience: () => createPatience(0)
}
