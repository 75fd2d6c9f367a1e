import fc from 'fast-check'
import { asSession, nameOf, outcomeOf, pick, picked, type Kind, type Pick } from '../command.ts'

/** An extension that comes within this time of the one that holds is the same. */
const SAME_MS = 1000

export const extend: Kind<{ session: Pick, seconds: number }, string | number> = {
  inputs: fc.record({ session: pick, seconds: fc.constantFrom(30, 7200, 3 * 86_400) }),
  plan (model, { session: which, seconds }) {
    const session = picked(model, which)
    if (session === null) return null
    const ms = seconds * 1000
    return {
      words: `${nameOf(model, session)} is extended by ${seconds} s`,
      edges: [session.extendedUntilMs + SAME_MS - ms, session.absoluteMs - ms],
      async perform ({ service }) {
        const extended = await outcomeOf(service.extend(asSession(session), seconds))
        return typeof extended === 'string' ? extended : extended.grantedSeconds
      },
      expect () {
        if (!model.isAlive(session)) return 'invalid_session'
        const untilMs = Math.min(model.nowMs + ms, session.absoluteMs)
        if (untilMs - session.extendedUntilMs >= SAME_MS) model.set(session, 'extendedUntilMs', untilMs)
        return Math.min(seconds, Math.ceil((session.extendedUntilMs - model.nowMs) / 1000))
      }
    }
  }
}
