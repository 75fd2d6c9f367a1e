import { asSession, nameOf, outcomeOf, pick, picked, type Kind, type Pick } from '../command.ts'

type Answer = string | { id: string, credential: string }

/** The password was proven: another id and secret, everything else as it was; the old ones are worth nothing. */
export const reauthenticate: Kind<Pick, Answer> = {
  inputs: pick,
  plan (model, which) {
    const session = picked(model, which)
    return session && {
      words: `${nameOf(model, session)} goes on under another id`,
      async perform ({ service }) {
        const replaced = await outcomeOf(service.replace(asSession(session), { ipAddress: '203.0.113.7', userAgent: '' }))
        return typeof replaced === 'string' ? replaced : { id: replaced.session.id, credential: replaced.credential }
      },
      expect (answer) {
        if (!model.isAlive(session)) return 'invalid_session'
        if (typeof answer === 'string') return 'another id'
        model.replace(session, answer.id, answer.credential)
        return answer
      }
    }
  }
}
