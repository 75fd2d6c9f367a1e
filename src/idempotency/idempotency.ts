import { randomUUID } from 'node:crypto'
import { serviceError } from '../sessions/errors.ts'
import type { IdempotencyClaims, Place } from './claims.ts'
import type { Seal, SealsOf } from './seal.ts'

/** An answer, as it was sent. */
export interface Answer { status: number, type: string, headers: { etag?: string }, body: string }

/** The right to do what an Idempotency-Key asks for. Exactly one of the verbs has to follow. */
export interface Claim {
  /** From now on this is the answer. False if it is not known to be kept: a repetition may be done again, half a minute after the claim. */
  keep: (answer: Answer) => Promise<boolean>
  /** It was never asked for: the same request, or a better one, may come under this key. */
  release: () => Promise<void>
}

export interface IdempotencyOptions {
  claims: IdempotencyClaims
  sealsOf: SealsOf
  /** How long an answer is kept. */
  keptMs: number
}

export type Idempotency = ReturnType<typeof createIdempotency>

/** From then on whoever claimed the key counts as dead, and a repetition may be done: longer than any route for services takes. */
const LEASE_MS = 30_000

/** Whoever lives has answered by then. */
const RETRY_AFTER_SECONDS = '1'

/** What was asked for under an Idempotency-Key is done once. */
export function createIdempotency ({ claims, sealsOf, keptMs }: IdempotencyOptions) {
  function claimOf (seal: Seal, place: Place, owner: string): Claim {
    return {
      keep: answer => claims.keep(place, owner, seal.close(JSON.stringify(answer), place.fingerprint), keptMs),
      release: () => claims.release(place, owner)
    }
  }

  return {
    /**
     * The answer that this request of that service got before under the key, or the claim to do it. `request` is all that makes it this one.
     * An answer that cannot be opened is a defect: what it answers was done.
     * @throws ServiceError `idempotency_key_reused`, `idempotency_key_in_use`, `store_unavailable`
     */
    async begin (caller: string, idempotencyKey: string, request: string): Promise<Answer | Claim> {
      const owner = randomUUID()
      const all = sealsOf(caller, idempotencyKey).map(seal => ({ seal, place: { tag: seal.tag, name: seal.name, fingerprint: seal.fingerprintOf(request) } }))
      const { state, index, sealed } = await claims.claim(all.map(({ place }) => place), owner, LEASE_MS)
      if (state === 'other') throw reused()
      if (state === 'running') throw inUse()
      const { seal, place } = all[index] as typeof all[number]
      return state === 'claimed' ? claimOf(seal, place, owner) : JSON.parse(seal.open(sealed, place.fingerprint)) as Answer
    }
  }
}

function reused () {
  return serviceError('idempotency_key_reused', 'This Idempotency-Key came with another request before. Nothing was done. Give each request a key of its own, and repeat one exactly as it was.')
}

function inUse () {
  return serviceError('idempotency_key_in_use', 'The first request with this Idempotency-Key has not been answered yet. Repeat yours in a moment: it gets the same answer.', { headers: { 'retry-after': RETRY_AFTER_SECONDS } })
}
