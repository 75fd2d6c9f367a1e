import { createCopier, type Copier } from './copies.ts'
import { onServerCore } from './cores.ts'
import type { BenchRedis } from './redis.ts'
import type { Stage } from './stage.ts'

/** Sessions that each user has. */
const PER_USER = 2

/** A store of its own with that many sessions, their credentials, and who opens more. */
export interface Crowd { redis: BenchRedis, size: number, credentials: string[], copier: Copier, ownerOf: (number: number) => string }

export type Crowds = ReturnType<typeof createCrowds>

/** Stores with up to millions of sessions, each filled when a figure first asks for one of that size. */
export function createCrowds (stage: Stage) {
  const crowds = new Map<number, Promise<Crowd>>()
  return {
    crowd (size: number): Promise<Crowd> {
      const crowd = crowds.get(size) ?? gather(stage, size)
      crowds.set(size, crowd)
      return crowd
    }
  }
}

async function gather (stage: Stage, size: number): Promise<Crowd> {
  const redis = await stage.startRedis(`crowd-${size}`, onServerCore())
  const copier = await createCopier(redis.client, stage.sessionKeys)
  const ownerOf = (number: number) => String(10_000_000 + Math.floor(number / PER_USER))
  return { redis, size, copier, ownerOf, credentials: await copier.open(size - copier.originals, ownerOf) }
}
