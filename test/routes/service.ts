import type { FastifyInstance, InjectOptions } from 'fastify'
import type { Scope } from '../../src/callers/scope.ts'
import { noteCredential } from '../leaks/known.ts'

/** Asks as the service that has that key does. */
export function asService (app: FastifyInstance, key: string) {
  const call = (method: InjectOptions['method'], url: string, payload?: InjectOptions['payload'], headers: Record<string, string> = {}) =>
    app.inject({ method, url, ...(payload !== undefined && { payload }), headers: { authorization: `Bearer ${key}`, ...headers } })
  return { key, call }
}

/** A service of that name, with its first key. */
export async function addService (app: FastifyInstance, name = 'shop', { scopes = ['sessions:introspect'], dataPrefix = '' }: { scopes?: Scope[], dataPrefix?: string } = {}) {
  const { key } = await app.callers.create({ name, scopes, dataPrefix })
  noteCredential(app, key)
  return asService(app, key)
}
