import { credentialFile } from './load/index.ts'
import type { Plan } from './plan.ts'
import { usedMemory, type BenchRedis } from './redis.ts'
import { seedSessions, userOf } from './seed.ts'
import type { Stage } from './stage.ts'

const OWN_SESSIONS = 5
/** Sessions that the load takes in turn. */
const ROTATION = 2000
/** Sessions that each of the others has. */
const PER_USER = 2
const FEW = 100

/** A store with the sessions of others, of a user with five and of an administrator. */
export interface Population {
  redis: BenchRedis
  /** The credentials of the two, and those of others that are used in turn. */
  owner: string
  admin: string
  rotation: string[]
  /** The same as files for the load. */
  files: { owner: string, admin: string, rotation: string }
  /** All sessions of the store. */
  sessions: number
  /** What a session of the others took of `used_memory`. */
  bytesEach: number
}

export type Populations = ReturnType<typeof createPopulations>

/** The stores with few and with many sessions, each filled when a figure first asks for it. */
export function createPopulations (stage: Stage, plan: Plan) {
  return {
    few: once(() => populate(stage, stage.few, 'few', FEW)),
    many: once(() => populate(stage, stage.many, 'many', plan.others))
  }
}

async function populate ({ sessionKeys, folder }: Stage, redis: BenchRedis, name: string, others: number): Promise<Population> {
  const seed = (users: Array<ReturnType<typeof userOf>>, perUser: number) => seedSessions(redis.client, sessionKeys, users, perUser)
  const before = await usedMemory(redis.client)
  const credentials = await seed(Array.from({ length: others / PER_USER }, (_, i) => userOf(i)), PER_USER)
  const bytesEach = (await usedMemory(redis.client) - before) / others
  const owners = await seed([userOf(-1)], OWN_SESSIONS)
  const admins = await seed([userOf(-2, ['admin'])], 1)
  // Every tenth user is unlike the others, and has two sessions: 50 would take half of its sessions from those, 49 of 100,000 takes a tenth.
  const step = Math.max(1, Math.ceil(credentials.length / ROTATION) - 1)
  const rotation = credentials.filter((_, i) => i % step === 0).slice(0, ROTATION)
  const fileOf = (who: string, list: string[]) => credentialFile(folder, `${name}-${who}`, list)
  return {
    redis,
    owner: owners[0] ?? '',
    admin: admins[0] ?? '',
    rotation,
    files: { owner: fileOf('owner', owners), admin: fileOf('admin', admins), rotation: fileOf('rotation', rotation) },
    sessions: others + OWN_SESSIONS + 1,
    bytesEach
  }
}

function once<Value> (make: () => Promise<Value>): () => Promise<Value> {
  let made: Promise<Value> | undefined
  return () => {
    made ??= make()
    return made
  }
}
