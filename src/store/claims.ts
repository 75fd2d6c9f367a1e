import { idOf } from '../sessions/credential.ts'
import { serviceError } from '../sessions/errors.ts'
import type { SessionStore, Successor } from '../sessions/store.ts'
import type { Call } from './call.ts'
import type { DeletionOptions } from './end-all.ts'
import { touchText } from './everybody.ts'
import { historyText } from './history.ts'
import type { Keys } from './keys.ts'
import { storedDataOf } from './replies.ts'

export interface ClaimsOptions extends DeletionOptions { keys: Keys }

/** As long as a claimed session is told to have been taken. */
const TAKEN_MS = 60_000

/** Anonymous sessions whose place a login takes; what the scripts keep of that is told in lua/includes/claim.lua. */
export function createClaims (options: ClaimsOptions, call: Call): Pick<SessionStore, 'claim' | 'promote' | 'unclaim' | 'isTaken'> {
  const { client, keys, liveCount } = options
  const [touch, history] = [touchText(options), historyText(options.historyLimits)]
  const endAbandoned = createAbandonment(options, call)

  return {
    async claim ({ id, secretDigest }, successor) {
      const reply = await call(() => client.sessionClaim(keys.session(id), touch(), secretDigest, claimantText(successor)))
      if (reply === null) return null
      const [state, claimants, ...fields] = reply
      if (state === 'busy') throw serviceError('login_busy', 'Many logins take the place of the same anonymous session. Try again in a moment.')
      if (state === 'taken') return { values: null, takenBy: claimantsOf(claimants).reverse() }
      await endAbandoned(claimants)
      return { values: storedDataOf([0, ...fields]).values }
    },

    async promote (id, successor) {
      const [isTaken, bucket] = await call(() => client.sessionPromote(keys.session(id), touch(), history, claimantText(successor)))
      liveCount.remove(bucket)
      return isTaken === 1
    },

    async unclaim (id, successor, isOpened) {
      await call(() => client.sessionUnclaim(keys.session(id), claimantText(successor), isOpened ? '' : '1'))
    },

    async isTaken ({ id, secretDigest }) {
      const [digest, takenAt] = await call(() => client.hmget(keys.sessionClaim(id), 's', 'd'))
      return digest === secretDigest && Date.now() < Number(takenAt) + TAKEN_MS
    }
  }
}

/** Gives up what was claimed by processes that have died since, and ends what they had opened. */
export function createClaimUpkeep (options: ClaimsOptions): (claim: string) => Promise<void> {
  const { client, keys } = options
  const endAbandoned = createAbandonment(options, command => command())

  return async claim => {
    const session = keys.session(idOf(claim.slice(claim.indexOf('{')).replace(/[{}]/g, '')))
    const [claimant, takenAt] = await client.hmget(claim, 'n', 'd') as [string | null, string | null]
    const claimants = await client.sessionUnclaim(session, '', '')
    await endAbandoned(claimants)
    // Only if nobody has claimed it meanwhile; what is not old enough to be given up yet has told nothing.
    if (claimants !== '' || (takenAt !== null && Date.now() > Number(takenAt) + 2 * TAKEN_MS)) await client.sessionUnclaim(session, String(claimant), '1')
  }
}

/** Ends sessions whose credentials nobody has got. */
function createAbandonment ({ client, keys, liveCount, historyLimits, ...options }: ClaimsOptions, call: Call): (claimants: string) => Promise<void> {
  const [touch, history] = [touchText(options), historyText(historyLimits)]
  return async claimants => {
    await Promise.all(claimantsOf(claimants).map(async ({ id, userId }) => {
      const [, bucket] = await call(() => client.sessionEnd(keys.session(id), userId, touch(), history, 'replaced', ''))
      liveCount.remove(bucket)
    }))
  }
}

function claimantText ({ id, userId }: Successor): string {
  return `${id} ${userId} `
}

function claimantsOf (text: string): Successor[] {
  return [...text.matchAll(/(\S+) (\S+)/g)].map(([, id = '', userId = '']) => ({ id, userId }))
}
