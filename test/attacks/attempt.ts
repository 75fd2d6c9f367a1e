import type { FastifyInstance, InjectOptions, LightMyRequestResponse } from 'fastify'
import { createKeys } from '../../src/store/keys.ts'
import { putBack } from '../store/aging.ts'

/** Each way in which a credential can be presented. */
export const transports: Record<string, (credential: string) => Record<string, string>> = {
  'x-session-id': credential => ({ 'x-session-id': credential }),
  bearer: credential => ({ authorization: `Bearer ${credential}` }),
  cookie: credential => ({ cookie: `__Host-session=${credential}` })
}

export const ownPage = { 'sec-fetch-site': 'same-origin' }

/** The answers to one request with that credential in each transport. */
export function everyWay (app: FastifyInstance, credential: string, request: InjectOptions = { url: '/me' }): Promise<LightMyRequestResponse[]> {
  return Promise.all(Object.values(transports).map(headersOf =>
    app.inject({ ...request, headers: { ...ownPage, ...request.headers, 'x-request-id': 'same', ...headersOf(credential) } })))
}

/** All of an answer but when it was given: what is the same here cannot be told apart. */
export function bytesOf ({ statusCode, headers: { date, ...headers }, body }: LightMyRequestResponse): string {
  return JSON.stringify([statusCode, headers, body])
}

/** What an answer came to, in a word: the user's name, or the code of the problem. */
export function outcomeOf (response: LightMyRequestResponse): string {
  const { code, user } = response.json<{ code?: string, user?: { name: string } }>()
  return `${response.statusCode} ${code ?? user?.name}`
}

/** A credential's three parts. */
export function partsOf (credential: string) {
  const [id = '', generation = '', proof = ''] = credential.split('.')
  return { id, generation, proof }
}

/** Asks for the next credential. */
export async function rotate (app: FastifyInstance, credential: string): Promise<string> {
  const response = await app.inject({ method: 'POST', url: '/session/rotate', headers: { 'x-session-id': credential } })
  return response.json<{ sessionId: string }>().sessionId
}

/** The next credential for who uses the present one and waits until its predecessor's grace is over. */
export async function rotateInTime (app: FastifyInstance, prefix: string, credential: string): Promise<string> {
  await app.inject({ url: '/me', headers: { 'x-session-id': credential } })
  await ageGeneration(app, prefix, credential, 301_000)
  return rotate(app, credential)
}

/** Makes the first use of the present generation that long ago, so that the grace of its predecessor is over. */
export async function ageGeneration (app: FastifyInstance, prefix: string, credential: string, ms: number): Promise<void> {
  await putBack(app.redis, createKeys(prefix), partsOf(credential).id, 'r', ms / 1000)
}
