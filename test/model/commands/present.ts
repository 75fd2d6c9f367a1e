import fc from 'fast-check'
import type { Rotation } from '../../../src/sessions/session.ts'
import { nameOf, pick, picked, type Kind, type Pick } from '../command.ts'

/** Generations before or after the one that the store is at. */
interface Presentation { session: Pick, ahead: number }

type Answer = { userId: string, rotation: Rotation } | null

/** A credential of any generation: present, predecessor, older, successor, far ahead. */
export const present: Kind<Presentation, Answer> = {
  inputs: fc.record({ session: pick, ahead: fc.constantFrom(0, 0, 0, 0, -1, -1, -2, 1, 1, 1, 4) }),
  plan (model, { session: which, ahead }) {
    const session = picked(model, which)
    if (session === null || session.generation + ahead < 1) return null
    const generation = session.generation + ahead
    return {
      words: `${nameOf(model, session)} presents generation ${generation}, the store is at ${session.generation}`,
      async perform ({ service, credentials }) {
        const { credentials: texts } = session
        while (texts.length < generation) texts.push(credentials.successor(texts.at(-1) ?? '')?.text ?? '')
        const validated = await service.validate(texts[generation - 1] ?? '')
        return validated && { userId: validated.userId, rotation: validated.rotation }
      },
      expect () {
        const verdict = model.verdict(session, generation)
        if (verdict === 'reuse') model.end(session, 'reuse')
        if (verdict === 'reuse' || verdict === 'dead') return null
        const rotation = model.rotationOf(session, generation)
        if (verdict === 'successor') model.advance(session, generation)
        model.use(session)
        return { userId: session.userId, rotation }
      }
    }
  }
}
