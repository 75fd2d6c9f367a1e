import { pairs } from './record.ts'
import type { StoredKey } from './snapshot.ts'

/** A counter counts at least one failure, ends with its window, and blocks nobody for longer. */
export function failureFaults (key: StoredKey): string[] {
  const fields = new Map(pairs(key.content))
  const [count = NaN, endsAtMs = NaN, blockedUntilMs = 0] = ['n', 'e', 'b'].map(name => fields.has(name) ? Number(fields.get(name)) : undefined)
  const faults = [
    count >= 1 ? '' : `counts ${count} failures`,
    endsAtMs === key.endsAtMs ? '' : `ends at ${key.endsAtMs}, its window at ${endsAtMs}`,
    blockedUntilMs <= endsAtMs ? '' : `blocks until ${blockedUntilMs}, after its window`,
    ...[...fields.keys()].map(name => /^[neb]$/.test(name) ? '' : `has an unknown field ${name}`)
  ]
  return faults.filter(fault => fault !== '').map(fault => `${key.key} ${fault}`)
}
