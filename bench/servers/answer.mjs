/** What every measured server answers at GET /me, in the shape and length of the service's own answer. Imports nothing, so that peers can use it. */

const HOUR_MS = 3_600_000
const text = { type: 'string' }

/** For Fastify; Express writes it with JSON.stringify. */
export const answerSchema = {
  type: 'object',
  properties: {
    user: { type: 'object', properties: { id: { type: 'integer' }, email: text, name: text } },
    session: {
      type: 'object',
      properties: { createdAt: text, lastAccessedAt: text, authenticatedAt: text, idleExpiresAt: text, absoluteExpiresAt: text, expiresAt: text, expiresBy: text }
    }
  }
}

/** Times in epoch milliseconds. */
export function answerOf ({ id, email, name }, createdAtMs, lastAccessedAtMs) {
  const idleExpiresAt = String(lastAccessedAtMs + HOUR_MS)
  return {
    user: { id, email, name },
    session: {
      createdAt: String(createdAtMs),
      lastAccessedAt: String(lastAccessedAtMs),
      authenticatedAt: String(createdAtMs),
      idleExpiresAt,
      absoluteExpiresAt: String(createdAtMs + 24 * HOUR_MS),
      expiresAt: idleExpiresAt,
      expiresBy: 'idle'
    }
  }
}
