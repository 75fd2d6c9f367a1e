import { Counter, type Registry } from 'prom-client'
import type { CredentialIssuer } from '../../sessions/credential.ts'
import type { Session } from '../../sessions/session.ts'
import type { SessionStore } from '../../sessions/store.ts'

/** Who has a say in what a credential is worth. */
export interface Judges { store: SessionStore, credentials: CredentialIssuer }

export type CountVerdict = ReturnType<typeof createVerdicts>

/** Counts a verdict. Each is there from the start, at 0: a rate sees the first one too. Every request counts one, so that costs no more than an addition. */
export function createVerdicts (registry: Registry) {
  const counts = { alive: 0, dead: 0, malformed: 0, none: 0, unavailable: 0 }
  const counter: Counter = new Counter({
    name: 'session_service_validations_total',
    help: 'Credentials judged: alive, dead, malformed (or forged: found without asking Redis), none (not sent where one is needed), unavailable (Redis did not answer).',
    labelNames: ['verdict'],
    registers: [registry],
    collect () {
      counter.reset()
      for (const [verdict, count] of Object.entries(counts)) counter.inc({ verdict }, count)
    }
  })
  return (verdict: keyof typeof counts): void => { counts[verdict]++ }
}

/** The same judges, whose verdicts are counted. */
export function measureValidations (count: CountVerdict, { store, credentials }: Judges): Judges {
  const countFound = (session: Session | null): void => count(session === null ? 'dead' : 'alive')
  const countFailed = (): void => count('unavailable')
  return {
    store: {
      ...store,
      validate (credential, ...how) {
        const verdict = store.validate(credential, ...how)
        if (verdict instanceof Promise) verdict.then(countFound, countFailed)
        else countFound(verdict)
        return verdict
      }
    },
    credentials: {
      ...credentials,
      parse (text) {
        const credential = credentials.parse(text)
        if (credential === null) count('malformed')
        return credential
      }
    }
  }
}
