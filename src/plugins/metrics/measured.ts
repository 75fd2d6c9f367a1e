import type { Registry } from 'prom-client'
import type { SessionStore } from '../../sessions/store.ts'
import type { UserDatabase } from '../../users/database.ts'
import type { PasswordHasher } from '../../users/passwords/hasher.ts'
import { measurePostgres, redisTimings, type Timing } from './calls.ts'
import { measurePasswords } from './passwords.ts'
import { measureValidations, type CountVerdict, type Judges } from './validations.ts'

/** Wraps around parts of the service: each takes one and returns one that does the same. */
export interface Measured {
  /** How long Redis takes: directly around the store that asks it, and around its calls that validate. */
  redis: { store: (store: SessionStore) => SessionStore, validations: Timing }
  /** What credentials turn out to be worth: around everything that has a say in it, whether it asks Redis or not. */
  validations: (judges: Judges) => Judges
  postgres: (database: UserDatabase) => UserDatabase
  /** How many hash and how many wait; `threads` is how many can hash at once. */
  passwords: (passwords: PasswordHasher, threads: number) => PasswordHasher
}

/** Measures nothing and costs nothing: every part as it is. */
export const unmeasured: Measured = {
  redis: { store: store => store, validations: ask => ask() },
  validations: judges => judges,
  postgres: database => database,
  passwords: passwords => passwords
}

/** Measures into the registry. Labels are names from the code, never anything that a caller or a user brings. */
export function measuring (registry: Registry, countVerdict: CountVerdict): Measured {
  return {
    redis: redisTimings(registry),
    validations: judges => measureValidations(countVerdict, judges),
    postgres: database => measurePostgres(registry, database),
    passwords: (passwords, threads) => measurePasswords(registry, passwords, threads)
  }
}
