import { nameOf, pick, picked, type Kind, type Pick } from '../command.ts'

/** Asks for the next credential: the same one for all who ask, and nothing is written. */
export const rotate: Kind<Pick, string> = {
  inputs: pick,
  plan (model, which) {
    const session = picked(model, which)
    return session && {
      words: `${nameOf(model, session)} asks for generation ${session.generation + 1}`,
      perform: async ({ service }) => service.rotate(session.credentials[session.generation - 1] ?? ''),
      expect (answer) {
        session.credentials[session.generation] ??= answer
        return session.credentials[session.generation]
      }
    }
  }
}
