import { createRemoteJWKSet, errors, jwtVerify } from 'jose'
import { unreachable } from './errors.ts'
import type { Claims, Revocations } from './revocations.ts'
import type { Verdict, Verifier } from './verifier.ts'

export interface TokenVerifierOptions {
  /** Where the service is, for its keys. */
  url: string
  /** TOKEN_ISSUER of the service; its url, if absent. */
  issuer?: string
  /** The name of your service, one of TOKEN_AUDIENCES. */
  audience: string
  /** What tells which sessions have ended (createRevocations); without it a session that ends does not end its tokens. */
  revocations?: Pick<Revocations, 'isRevoked' | 'isCurrent'>
  /** Milliseconds that it may be behind before nobody is let in. */
  maxAgeMs?: number
}

/** How long the first token waits until it is known what has ended. */
const PATIENCE_MS = 1000

/**
 * So long (ms) a token that names an unknown key has the keys read no second time: whoever makes names up costs the service one request a second.
 * Shorter than a key is published before tokens are signed with it, which takes a restart of every instance: no good token is refused for a key that was read too early.
 */
const KEYS_COOLDOWN_MS = 1000

/**
 * Three parts of base64url (RFC 7515 section 2) whose last characters have no spare bits set, and nothing around them: a token that can be written in two ways
 * can be denied, or remembered, in one of them.
 */
const PART = '(?:[\\w-]{4})*(?:[\\w-][AQgw]|[\\w-]{2}[AEIMQUYcgkosw048])?'
const SPELLING = new RegExp(`^${PART}\\.${PART}\\.${PART}$`)

/**
 * Verifies tokens of POST /session/token by their signature, without asking about each. **A session that ends does not end its tokens**: they are good until they
 * expire, five minutes at most, unless `revocations` are listened to: then it ends them when that is heard, and while nothing is heard nobody is let in. The keys are read at the first token, and again when they are five minutes old or a token names an unknown one, once a second at most.
 */
export function createTokenVerifier ({ url, issuer = url, audience, revocations, maxAgeMs = 5000 }: TokenVerifierOptions): Verifier {
  const keys = createRemoteJWKSet(new URL(`${withoutSlash(url)}/.well-known/jwks.json`), { timeoutDuration: 1000, cooldownDuration: KEYS_COOLDOWN_MS, cacheMaxAge: 300_000 })
  const expected = { algorithms: ['EdDSA'], typ: 'session+jwt', issuer: withoutSlash(issuer), audience, requiredClaims: ['sub', 'sid', 'exp', 'iat'] }

  async function hasEnded (claims: Claims, { isCurrent, isRevoked }: Pick<Revocations, 'isRevoked' | 'isCurrent'>): Promise<boolean> {
    if (!await isCurrent(maxAgeMs, PATIENCE_MS)) throw new Error(`nobody knows what has ended in the last ${maxAgeMs} ms`)
    return isRevoked(claims)
  }

  return {
    async verify (token) {
      if (!SPELLING.test(token)) return null
      try {
        const { payload } = await jwtVerify<Claims>(token, keys, expected)
        if (revocations !== undefined && await hasEnded(payload, revocations)) return null
        return { active: true, ...payload } as Verdict
      } catch (error) {
        if (isAboutToken(error)) return null
        throw unreachable(error)
      }
    }
  }
}

function withoutSlash (url: string): string {
  return url.replace(/\/+$/, '')
}

/** What says that the token is worth nothing, not that its keys could not be read. */
function isAboutToken (error: unknown): boolean {
  if (error instanceof errors.JWKSTimeout || error instanceof errors.JWKSInvalid) return false
  return error instanceof errors.JOSEError && error.code !== 'ERR_JOSE_GENERIC'
}
