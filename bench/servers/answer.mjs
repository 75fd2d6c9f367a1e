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

/** What the service is asked at POST /v1/introspect, and what it answers. */
export const tokenSchema = { type: 'object', required: ['token'], properties: { token: text }, additionalProperties: false }

const integer = { type: 'integer' }

export const introspectionSchema = {
  type: 'object',
  properties: { active: { type: 'boolean' }, sub: text, sid: text, iat: integer, exp: integer, auth_time: integer, username: text, name: text, roles: { type: 'array', items: text }, token_type: text }
}

export const introspection = {
  active: true,
  sub: '1000001',
  sid: '3f2a8c1e-5b7d-4e9f-8a6b-1c2d3e4f5a6b',
  iat: 1704067200,
  exp: 1704070800,
  auth_time: 1704067200,
  username: 'ada.lovelace@example.com',
  name: 'Ada Lovelace 1000001',
  roles: [],
  token_type: 'Bearer'
}
