import { nameOf, pick, picked, type Kind, type Pick } from '../command.ts'

/** Asks for the next credential: the same one for all who ask, and its own while the predecessor is in its grace. Nothing is written but the use. */
export const rotate: Kind<Pick, string | null> = {
  inputs: pick,
  plan (model, which) {
    const session = picked(model, which)
    return session && {
      words: `${nameOf(model, session)} asks for the successor of generation ${session.generation}`,
      async perform ({ service }) {
        const text = session.credentials[session.generation - 1] ?? ''
        const validated = await service.validate(text)
        return validated && service.rotate(validated, text)
      },
      expect (answer) {
        if (!model.isAlive(session)) return null
        const position = model.rotationOf(session, session.generation) === 'done' ? session.generation - 1 : session.generation
        model.use(session)
        if (answer !== null) session.credentials[position] ??= answer
        return session.credentials[position]
      }
    }
  }
}
