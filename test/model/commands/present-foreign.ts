import fc from 'fast-check'
import { nameOf, pick, picked, type Kind, type Pick } from '../command.ts'

/** The right id with another secret, as from a leaked signing key: refused, and nothing changes. */
export const presentForeign: Kind<{ session: Pick, generation: number }, null | 'accepted'> = {
  inputs: fc.record({ session: pick, generation: fc.integer({ min: 1, max: 5 }) }),
  plan (model, { session: which, generation }) {
    const session = picked(model, which)
    return session && {
      words: `${nameOf(model, session)} presents generation ${generation} with a secret that is not its own`,
      perform: async ({ store, credentials }) => {
        const { secretDigest } = credentials.open(session.userId)
        return await store.validate({ id: session.id, generation, secretDigest }) && 'accepted'
      },
      expect: () => null
    }
  }
}
