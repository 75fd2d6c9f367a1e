import { serviceError } from '../errors.ts'

/** How long a session lives. */
export interface Lifetime {
  /** It ends when it was not used for this long; every use starts this anew. */
  idleMs: number
  /** It ends this long after it was opened, whatever happens. */
  absoluteMs: number
}

/** Lifetime profiles by name; `DEFAULT_LIFETIME` is one of them. A session keeps the one that it was opened with. */
export type Lifetimes = ReadonlyMap<string, Lifetime>

export const DEFAULT_LIFETIME = 'default'
export const REMEMBER_ME = 'rememberMe'

/** What a login asks for. */
export interface LifetimeWish { rememberMe?: boolean, lifetime?: string }

/** The name of the profile. @throws ServiceError `validation_failed` if there is none of that name, or two are asked for */
export function chosenLifetime (lifetimes: Lifetimes, { rememberMe = false, lifetime }: LifetimeWish): string {
  const name = lifetime ?? (rememberMe ? REMEMBER_ME : DEFAULT_LIFETIME)
  if (!lifetimes.has(name)) throw unusable(`must be one of ${[...lifetimes.keys()].join(', ')}`)
  if (rememberMe && name !== REMEMBER_ME) throw unusable('is not what rememberMe asks for: send one of them')
  return name
}

function unusable (fault: string) {
  return serviceError('validation_failed', `The request does not fit the schema of this route: body/lifetime ${fault}.`, { extras: { errors: [{ in: 'body', pointer: '/lifetime', detail: fault }] } })
}

/** Whether the session is meant to outlive the browser that it was opened in. */
export function isRemembered ({ rememberMe, lifetime }: LifetimeWish): boolean {
  return rememberMe === true || lifetime === REMEMBER_ME
}

/** The longest that any session may live, in milliseconds. */
export function longestOf (lifetimes: Lifetimes): number {
  return Math.max(...[...lifetimes.values()].map(({ absoluteMs }) => absoluteMs))
}
