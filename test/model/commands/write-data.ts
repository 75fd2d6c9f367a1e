import fc from 'fast-check'
import { asSession, nameOf, outcomeOf, pick, picked, type Kind, type Pick } from '../command.ts'
import type { Model, ModelSession } from '../model.ts'
import { dataLimits } from '../scene.ts'

type Version = 'any' | 'current' | 'stale'

interface Write { session: Pick, values: Record<string, unknown>, version: Version }

/** The new version, or the code of the refusal. */
type Answer = string

const key = fc.constantFrom('a', 'b', 'cart', 'seen')
const value = fc.oneof(fc.integer(), fc.string({ unit: 'grapheme', maxLength: 8 }), fc.constant('é'.repeat(18)), fc.constant({ deep: [1, true] }))
const version = fc.constantFrom<Version[]>('any', 'any', 'current', 'stale')

const ifMatchOf = (session: ModelSession, version: Version) =>
  version === 'any' ? undefined : `"${session.version + (version === 'stale' ? 1 : 0)}"`

/** Applies a change to the model; undefined removes a key. */
function write (model: Model, session: ModelSession, changes: Map<string, unknown>, version: Version, ifAbsent?: string): Answer {
  if (!model.isAlive(session)) return 'invalid_session'
  if (version === 'stale') return 'version_conflict'
  const after = new Map(session.data)
  for (const [key, value] of changes) {
    if (value === undefined) after.delete(key)
    else after.set(key, JSON.stringify(value))
  }
  const grows = (measure: (data: Map<string, string>) => number, max: number) => measure(after) > max && measure(after) > measure(session.data)
  if (grows(data => data.size, dataLimits.keys) || grows(bytesOf, dataLimits.bytes)) return 'data_limit_exceeded'
  const isChange = [...changes].some(([key, value]) => value !== undefined || session.data.has(key))
  if (isChange) {
    session.data = after
    session.version++
  }
  return isChange || ifAbsent === undefined ? `"${session.version}"` : ifAbsent
}

const bytesOf = (data: Map<string, string>) => [...data].flat().reduce((sum, text) => sum + Buffer.byteLength(text), 0)

const etagOf = (answer: string | { etag: string }) => typeof answer === 'string' ? answer : answer.etag

/** One value. */
export const setKey: Kind<{ session: Pick, key: string, value: unknown, version: Version }, Answer> = {
  inputs: fc.record({ session: pick, key, value, version }),
  plan (model, { session: which, key, value, version }) {
    const session = picked(model, which)
    return session && {
      words: `${nameOf(model, session)} writes ${key} = ${JSON.stringify(value)}, version ${version}`,
      perform: async ({ service }) => etagOf(await outcomeOf(service.setKey(asSession(session), key, value, ifMatchOf(session, version)))),
      expect: () => write(model, session, new Map([[key, value]]), version)
    }
  }
}

/** Several values at once, all or nothing; null removes a key. */
export const merge: Kind<Write, Answer> = {
  inputs: fc.record({ session: pick, values: fc.dictionary(key, fc.option(value, { freq: 2 }), { maxKeys: 4 }), version }),
  plan (model, { session: which, values, version }) {
    const session = picked(model, which)
    return session && {
      words: `${nameOf(model, session)} merges ${JSON.stringify(values)}, version ${version}`,
      perform: async ({ service }) => etagOf(await outcomeOf(service.merge(asSession(session), values, ifMatchOf(session, version)))),
      expect: () => write(model, session, new Map(Object.entries(values).map(([key, value]) => [key, value ?? undefined])), version)
    }
  }
}

export const removeKey: Kind<{ session: Pick, key: string, version: Version }, Answer> = {
  inputs: fc.record({ session: pick, key, version }),
  plan (model, { session: which, key, version }) {
    const session = picked(model, which)
    return session && {
      words: `${nameOf(model, session)} removes ${key}, version ${version}`,
      perform: async ({ service }) => etagOf(await outcomeOf(service.removeKey(asSession(session), key, ifMatchOf(session, version)))),
      expect: () => write(model, session, new Map([[key, undefined]]), version, 'data_key_not_found')
    }
  }
}
