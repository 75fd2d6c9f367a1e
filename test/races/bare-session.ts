import { createCredentialIssuer } from '../../src/sessions/credential.ts'
import { createKeyring } from '../../src/sessions/keyring.ts'
import type { Arena } from './arena.ts'

const credentials = createCredentialIssuer(createKeyring(`race:${'-_09azAZ'.repeat(8)}`))

/** A session of nobody in particular that went to the store directly: deadlines of a few milliseconds are below what the configuration takes. */
export async function openBare ({ one }: Pick<Arena, 'one'>, userId: string, lifetimes: { idleMs: number, absoluteMs: number }) {
  const { text: _text, ...credential } = credentials.open(userId)
  const profile = { email: '', name: '', roles: [] }
  const { createdAtMs } = await one.sessionStore.create({
    credential, userId, profile, lifetime: 'default', ...lifetimes, ipAddress: '', userAgent: '', deviceType: 'unknown', limits: { max: 100, maxOfType: null, policy: 'evict-oldest' }, endId: null, rotates: false, binding: '.'
  })
  return { credential, createdAtMs }
}
