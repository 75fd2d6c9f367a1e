import { pairs } from './record.ts'
import type { StoredKey } from './snapshot.ts'

/** A claim has a claimant and the secret digest of the session, and either when it was made or that it has come to its end. */
export function claimFaults (key: StoredKey): string[] {
  const fields = new Map(pairs(key.content))
  const faults = [
    fields.has('n') && fields.has('s') ? '' : 'says not who has claimed it, or with what secret',
    fields.has('d') !== fields.has('t') ? '' : 'is neither pending nor done',
    ...[...fields].map(([name, text]) => FORMS[name]?.test(text) === true ? '' : `has ${text} in ${name}`)
  ]
  return faults.filter(fault => fault !== '').map(fault => `${key.key} ${fault}`)
}

const claimant = '[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12} [!-~]+'

const FORMS: Record<string, RegExp> = { n: new RegExp(`^${claimant}$`), f: new RegExp(`^(?:${claimant} )*$`), t: /^(?:0|\d{13})$/, s: /^-?\d{1,20}$/, d: /^1$/ }
