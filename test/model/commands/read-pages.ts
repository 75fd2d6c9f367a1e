import fc from 'fast-check'
import { asSession, nameOf, pick, picked, type Kind, type Pick } from '../command.ts'

/** A list page by page holds what the whole list holds. */
export const readPages: Kind<{ session: Pick, limit: number }, string[]> = {
  inputs: fc.record({ session: pick, limit: fc.integer({ min: 1, max: 3 }) }),
  plan (model, { session: which, limit }) {
    const session = picked(model, which)
    return session && {
      words: `${nameOf(model, session)} reads its list by ${limit}`,
      async perform ({ service }) {
        const ids: string[] = []
        let cursor: string | undefined
        do {
          const { sessions, nextCursor } = await service.list(asSession(session), limit, cursor)
          ids.push(...sessions.map(({ id }) => id))
          cursor = nextCursor
        } while (cursor !== undefined)
        return ids
      },
      expect: () => model.newestFirst(session.userId).map(({ id }) => id)
    }
  }
}
