import { slotOf } from '../sessions/credential.ts'
import type { SessionStore, Successor } from '../sessions/store.ts'
import type { Call } from './call.ts'
import type { DeletionOptions } from './end-all.ts'
import { touchText } from './everybody.ts'
import { historyText } from './history.ts'
import { indexedSessions } from './index-members.ts'
import type { Keys } from './keys.ts'
import { storedDataOf } from './replies.ts'

export interface ClaimsOptions extends DeletionOptions { keys: Keys }

/** Anonymous sessions whose place a login takes; what the scripts keep of that is told in lua/includes/claim.lua. */
export function createClaims (options: ClaimsOptions, call: Call): Pick<SessionStore, 'claim' | 'promote' | 'unclaim'> {
  const { client, keys, liveCount } = options
  const [touch, history] = [touchText(options), historyText(options.historyLimits)]
  const endAbandoned = createAbandonment(options, call)

  return {
    async claim ({ id, secretDigest }, successor) {
      const reply = await call(() => client.sessionClaim(keys.session(id), touch(), secretDigest, claimantText(successor)))
      if (reply === null) return null
      const [state, claimants, ...fields] = reply
      if (state === 'taken') return { values: null, takenBy: claimantsOf(claimants)[0] as Successor }
      await endAbandoned(claimants)
      return { values: storedDataOf([0, ...fields]).values }
    },

    async promote (id, successor) {
      const [isTaken, bucket] = await call(() => client.sessionPromote(keys.session(id), touch(), history, claimantText(successor)))
      liveCount.remove(bucket)
      return isTaken === 1
    },

    async unclaim (id, successor) {
      await call(() => client.sessionUnclaim(keys.session(id), claimantText(successor)))
    }
  }
}

/** Gives up what was claimed of the sessions in an index by processes that have died since, and ends what they had opened. */
export function createClaimUpkeep (options: ClaimsOptions): (index: string) => Promise<void> {
  const { client, keys } = options
  const endAbandoned = createAbandonment(options, command => command())

  return async index => {
    const tag = slotOf(index.slice(index.indexOf('{') + 1))
    const members = await client.zrangeBuffer(index, '0', '-1')
    for (const { id } of indexedSessions(tag, Buffer.concat(members))) {
      if (await client.exists(keys.sessionClaim(id)) === 0) continue
      const claimants = await client.sessionUnclaim(keys.session(id), '')
      if (claimants === '') continue
      await endAbandoned(claimants)
      await client.del(keys.sessionClaim(id))
    }
  }
}

/** Ends sessions whose credentials nobody has got. */
function createAbandonment ({ client, keys, liveCount, historyLimits, ...options }: ClaimsOptions, call: Call): (claimants: string) => Promise<void> {
  const [touch, history] = [touchText(options), historyText(historyLimits)]
  return async claimants => {
    for (const { id, userId } of claimantsOf(claimants)) {
      const [, bucket] = await call(() => client.sessionEnd(keys.session(id), userId, touch(), history, 'replaced', ''))
      liveCount.remove(bucket)
    }
  }
}

function claimantText ({ id, userId }: Successor): string {
  return `${id} ${userId}`
}

function claimantsOf (text: string): Successor[] {
  return [...text.matchAll(/(\S+) (\S+)/g)].map(([, id = '', userId = '']) => ({ id, userId }))
}
