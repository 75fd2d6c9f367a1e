import { pairs } from './record.ts'
import type { StoredKey } from './snapshot.ts'

const LEASE_MS = 30_000

/** A claim has an owner for half a minute or an answer, a fingerprint, and ends when it says; nothing in it can be read. */
export function idempotencyFaults (key: StoredKey, nowMs: number): string[] {
  const fields = new Map(pairs(key.content))
  const endsAtMs = Number(fields.get('u'))
  const faults = [
    fields.has('o') !== fields.has('a') ? '' : 'has not either an owner or an answer',
    endsAtMs === key.endsAtMs ? '' : `ends at ${key.endsAtMs}, what it says at ${endsAtMs}`,
    fields.has('a') || endsAtMs <= nowMs + LEASE_MS ? '' : 'is claimed for too long',
    ...[...fields].map(([name, text]) => FORMS[name]?.test(text) === true ? '' : `has ${text} in ${name}`)
  ]
  return faults.filter(fault => fault !== '').map(fault => `${key.key} ${fault}`)
}

const FORMS: Record<string, RegExp> = { o: /^[0-9a-f-]{36}$/, u: /^\d{13}$/, f: /^[\w-]{43}$/, a: /^[\w-]{38,}$/ }
