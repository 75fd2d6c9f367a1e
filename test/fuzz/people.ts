import type { FastifyInstance } from 'fastify'
import { createCredentialIssuer } from '../../src/sessions/credential.ts'
import { createKeyring } from '../../src/sessions/keyring.ts'
import type { CredentialKind } from './inputs.ts'

const profiles = {
  alice: { userId: '1', profile: { email: 'alice@example.com', name: 'Alice', roles: [] } },
  admin: { userId: '3', profile: { email: 'admin@example.com', name: 'Admin', roles: ['admin'] } }
}

/** The sessions that requests use; whoever was logged out is logged in again. */
export async function createPeople (app: FastifyInstance, keyring: string) {
  const issuer = createCredentialIssuer(createKeyring(keyring))
  const open = async (who: keyof typeof profiles) => {
    const { credential, session } = await app.sessions.open({ ...profiles[who], ipAddress: '192.0.2.1', userAgent: 'fuzz/1' })
    return { text: credential, session }
  }
  const ended = await open('alice')
  await app.sessions.end(ended.session)
  let [alice, admin, other] = await openAll()
  const { key } = await app.callers.create({ name: 'fuzz', scopes: ['sessions:introspect', 'sessions:read', 'sessions:create', 'sessions:write', 'sessions:revoke', 'tokens:issue'], dataPrefix: '' })
  const { key: keyWithoutScope } = await app.callers.create({ name: 'unscoped', scopes: ['admin'], dataPrefix: '' })
  let storeKeyId = await openStore()

  /** A service that requests change; its first key. */
  async function openStore (): Promise<string> {
    await app.callers.remove('store').catch(() => { /* there is none */ })
    const { caller: { keys: [first] } } = await app.callers.create({ name: 'store', scopes: ['admin'], dataPrefix: '' })
    return first?.id ?? ''
  }

  /** With something stored, so that there is something to read and to remove. */
  async function openAll () {
    const opened = [await open('alice'), await open('admin'), await open('alice')] as const
    for (const { session } of opened) {
      await app.sessions.merge(session, { a: 1, cartItems: '3' }, undefined)
      await app.sessions.userData.merge(session, { a: 1, cartItems: '3', plays: 1, recent: [] }, undefined)
      await app.sessions.activeDevice.take(session, 'streams', {})
      await app.sessions.leases.take(session, 'streams')
    }
    return opened
  }

  return {
    async renew () {
      await Promise.all([alice, other, admin].map(({ session }) => app.sessions.end(session)))
      ;[alice, admin, other] = await openAll()
    },
    async renewStore () {
      storeKeyId = await openStore()
    },
    storeKeyId: () => storeKeyId,
    credential: () => other.text,
    anotherId: () => other.session.id,
    /** A cursor that is good now. */
    cursor: async () => (await app.sessions.list(alice.session, 1, undefined)).nextCursor ?? '',

    headersFor (kind: CredentialKind): Record<string, string> {
      if (typeof kind === 'object') return { 'x-session-id': kind.junk }
      const text = alice.text
      switch (kind) {
        case 'alice': return { 'x-session-id': text }
        case 'alice-bearer': return { authorization: `Bearer ${text}` }
        case 'both': return { 'x-session-id': text, authorization: `bearer ${text}` }
        case 'admin': return { 'x-session-id': admin.text }
        case 'disagreeing': return { 'x-session-id': text, authorization: `Bearer ${admin.text}` }
        case 'service': return { authorization: `Bearer ${key}` }
        case 'service-basic': return { authorization: `Basic ${Buffer.from(`fuzz:${key}`).toString('base64')}` }
        case 'service-without-scope': return { authorization: `Bearer ${keyWithoutScope}` }
        case 'service-forged': return { authorization: `Bearer ${key.slice(0, -1)}${key.endsWith('A') ? 'B' : 'A'}` }
        case 'none': return {}
        case 'dead': return { 'x-session-id': ended.text }
        case 'forged': return { 'x-session-id': `${text.slice(0, -1)}${text.endsWith('A') ? 'B' : 'A'}` }
        case 'public-id': return { authorization: `Bearer ${alice.session.id}` }
        case 'successor': return { 'x-session-id': issuer.successor(other.text)?.text ?? '' }
      }
    }
  }
}

export type People = Awaited<ReturnType<typeof createPeople>>
