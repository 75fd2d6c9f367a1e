import fc from 'fast-check'
import { asSession, nameOf, outcomeOf, pick, picked, type Kind, type Pick } from '../command.ts'
import { userIds } from '../scene.ts'

/** A log-out: ended already is ended. */
export const end: Kind<Pick, void> = {
  inputs: pick,
  plan (model, which) {
    const session = picked(model, which)
    return session && {
      words: `${nameOf(model, session)} logs out`,
      perform: ({ service }) => service.end(asSession(session)),
      expect: () => model.end(session, 'log-out')
    }
  }
}

/** One session ends another; a foreign one is not there. */
export const endOne: Kind<{ session: Pick, other: Pick }, string | undefined> = {
  inputs: fc.record({ session: pick, other: pick }),
  plan (model, { session: which, other: whichOther }) {
    const [session, other] = [picked(model, which), picked(model, whichOther)]
    if (session === null || other === null) return null
    return {
      words: `${nameOf(model, session)} ends ${nameOf(model, other)}`,
      perform: async ({ service }) => await outcomeOf(service.endOne(asSession(session), other.id)) ?? undefined,
      expect () {
        if (!model.isAlive(other) || other.userId !== session.userId) return 'session_not_found'
        model.end(other, 'ended by another')
        return undefined
      }
    }
  }
}

/** One session ends all others of its user, if it is alive itself. */
export const endOthers: Kind<Pick, number | string> = {
  inputs: pick,
  plan (model, which) {
    const session = picked(model, which)
    return session && {
      words: `${nameOf(model, session)} ends all others`,
      perform: ({ service }) => outcomeOf(service.endOthers(asSession(session))),
      expect: () => model.isAlive(session) ? model.endAll(session.userId, session) : 'invalid_session'
    }
  }
}

export const endAll: Kind<number, number> = {
  inputs: fc.nat(userIds.length - 1),
  plan (model, user) {
    const userId = userIds[user] ?? ''
    return {
      words: `all sessions of user ${userId} end`,
      perform: ({ service }) => service.endAll(userId),
      expect: () => model.endAll(userId, null)
    }
  }
}
