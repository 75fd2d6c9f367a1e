import type { Credential } from '../../src/sessions/credential.ts'
import type { Validated } from '../../src/sessions/session.ts'
import type { NewSession, SessionStore } from '../../src/sessions/store.ts'
import { createNearCache, type ChangeFeed, type NearCacheOptions, type OnChange } from '../../src/near-cache/near-cache.ts'
import { issuer } from '../store/fixture.ts'

export const lifeMs = 1000

/** Credentials of one slot, those of the same user, and of another. */
export function credentialOf (userId: string) {
  const { text: _text, ...credential } = issuer.open(userId)
  return credential
}

export function sessionOf (id: string, goodForMs = lifeMs): Validated {
  const times = { createdAtMs: 0, lastAccessedAtMs: 0, idleMs: 1, absoluteDeadlineMs: 2, extendedUntilMs: 0, authenticatedAtMs: 0 }
  return { id, userId: '7', profile: { email: 'a@b.c', name: 'Ada', roles: [] }, times, rotation: 'possible', binding: '', lastOrigin: { ipAddress: '203.0.113.7', userAgent: 'curl' }, goodForMs, isAdvanced: false }
}

/** A question that the store has been asked, or a session that it is to create, to be answered by the test. What is created without an answer is like any. */
export interface Question {
  id: string
  generation: number
  isCreation: boolean
  isStrict: boolean
  isUse: boolean
  /** Whether news was known to arrive when it was asked. */
  isProven: boolean
  answer: (session: Validated | null) => void
  fail: (error: Error) => void
}

/** What a login hands to the store, as far as a near-cache looks at it. */
export function newSession (credential: Credential): NewSession {
  const { profile, binding } = sessionOf(credential.id)
  return { credential, userId: '7', profile, binding } as NewSession
}

/** A near-cache whose store, clock and news the test holds in its hands. Changes of sessions do nothing, and are done at once, unless they are among those verbs. */
export function opened (options: Partial<NearCacheOptions> = {}, verbs: Partial<SessionStore> = {}) {
  const questions: Question[] = []
  const state = { nowMs: 1_000_000, isProven: true, isFailing: false }
  let news: OnChange = () => {}
  const validate: SessionStore['validate'] = ({ id, generation }, isStrict = false, isUse = true) => new Promise((resolve, reject) => questions.push({ id, generation, isCreation: false, isStrict, isUse, isProven: state.isProven, answer: resolve, fail: reject }))
  const create: SessionStore['create'] = ({ credential: { id, generation } }) => new Promise((resolve, reject) => {
    const answer: Question['answer'] = session => {
      const { times, goodForMs } = session ?? sessionOf(id)
      resolve({ ...times, goodForMs, sinceEndAllMs: null })
    }
    questions.push({ id, generation, isCreation: true, isStrict: false, isUse: true, isProven: state.isProven, answer, fail: reject })
  })
  const changes: ChangeFeed = { listen (onChange) { news = onChange }, isProven: () => state.isProven }
  const idle = Object.fromEntries(['extend', 'replace', 'flag', 'end', 'endAll', 'endOthers'].map(name => [name, async () => { if (state.isFailing) throw new Error('no reply') }]))
  const { store: cache, size } = createNearCache({ store: { ...idle, ...verbs, validate, create } as unknown as SessionStore, changes, lifeMs, entries: 100, bytes: 1_000_000, clock: () => state.nowMs, ...options })
  return { cache, size, credential: credentialOf('7'), questions, state, news: (...told: Parameters<OnChange>) => news(...told) }
}
