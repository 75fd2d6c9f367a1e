import { isDeepStrictEqual, inspect } from 'node:util'
import fc from 'fast-check'
import { ServiceError } from '../../src/sessions/errors.ts'
import type { Session } from '../../src/sessions/session.ts'
import type { Model, ModelSession } from './model.ts'
import type { World } from './world.ts'

/** A command for the model as it is: what to do and what has to come of it. */
export interface Plan<Answer = unknown> {
  /** For a report. */
  words: string
  /** Moments at which this command would turn out otherwise, beside those of the model. */
  edges?: number[]
  /** It is time that passes, whatever happens meanwhile. */
  isPassage?: boolean
  perform (world: World): Promise<Answer>
  /** Changes the model as the command has to change the store, and says what the answer has to be. What only the store decides, such as an id, it takes from the answer. */
  expect (answer: Answer): unknown
}

/** A kind of command. A new one is a file in commands/ and a line in commands/index.ts. */
export interface Kind<Input, Answer> {
  inputs: fc.Arbitrary<Input>
  /** The command, or null where it cannot be given, such as an end of nothing. */
  plan (model: Model, input: Input): Plan<Answer> | null
}

/** Commands of a kind, as fast-check makes, runs and shrinks them. */
export function commandsOf<Input, Answer> ({ inputs, plan }: Kind<Input, Answer>): fc.Arbitrary<fc.AsyncCommand<Model, World>> {
  return inputs.map(input => {
    let words = ''
    return {
      check: model => plan(model, input) !== null,
      async run (model, world) {
        await world.clock.avoid(model, plan(model, input)?.edges)
        // What it was meant for may have run out of time meanwhile.
        const given = plan(model, input)
        words = given?.words ?? 'nothing'
        if (given === null) return
        const edges = given.isPassage === true ? [] : [...model.edges(), ...given.edges ?? []]
        const answer = await given.perform(world)
        const expected = given.expect(answer)
        await world.judge(model, edges, () => isDeepStrictEqual(answer, expected) ? [] : [`${words} answered ${inspect(answer)}, expected ${inspect(expected)}`])
      },
      toString: () => words
    }
  })
}

/** Which of the sessions is meant, counted from the newest; where none is live, one that is not. Mostly the same one, so that what happens to it adds up. */
export interface Pick { among: 'live' | 'all', index: number }

export const pick: fc.Arbitrary<Pick> = fc.record({
  among: fc.oneof({ arbitrary: fc.constant<'live'>('live'), weight: 5 }, { arbitrary: fc.constant<'all'>('all'), weight: 1 }),
  index: fc.constantFrom(0, 0, 0, 0, 1, 1, 2, 3, 5, 8)
})

export function picked (model: Model, { among, index }: Pick): ModelSession | null {
  const live = among === 'live' ? model.live() : []
  const candidates = live.length > 0 ? live : model.sessions
  return candidates.at(-1 - index % candidates.length) ?? null
}

/** A session in a report: its place in the order of logins. */
export function nameOf (model: Model, session: ModelSession): string {
  return `#${model.sessions.indexOf(session) + 1}`
}

/** What the service is given of a session that was validated before. */
export function asSession ({ id, userId }: ModelSession): Session {
  return { id, userId, profile, times: { createdAtMs: 0, lastAccessedAtMs: 0, idleMs: 0, absoluteDeadlineMs: 0, extendedUntilMs: 0, authenticatedAtMs: 0 }, rotation: 'possible', binding: '', lastOrigin: null }
}

export const profile = { email: 'alice@example.com', name: 'Alice', roles: [] }

/** The answer, or the code of the refusal. */
export async function outcomeOf<T> (asked: Promise<T>): Promise<T | string> {
  try {
    return await asked
  } catch (error) {
    if (error instanceof ServiceError && error.code !== 'store_unavailable') return error.code
    throw error
  }
}
