import { pairs } from './record.ts'
import type { StoredKey } from './snapshot.ts'

/** A counter counts at least one failure or attempt that is being checked, ends with its window, and blocks nobody for longer. */
export function failureFaults (key: StoredKey): string[] {
  const fields = new Map(pairs(key.content))
  const [count = NaN, endsAtMs = NaN, blockedUntilMs = 0] = ['n', 'e', 'b'].map(name => fields.has(name) ? Number(fields.get(name)) : undefined)
  const pending = [...fields].filter(([name]) => /^p\d+$/.test(name))
  const faults = [
    count >= (pending.length > 0 ? 0 : 1) ? '' : `counts ${count} failures`,
    ...pending.map(([name, attempts]) => Number(attempts) >= 1 ? '' : `has ${attempts} attempts in ${name}`),
    endsAtMs === key.endsAtMs ? '' : `ends at ${key.endsAtMs}, its window at ${endsAtMs}`,
    blockedUntilMs <= endsAtMs ? '' : `blocks until ${blockedUntilMs}, after its window`,
    ...[...fields.keys()].map(name => /^(?:[neb]|p\d+)$/.test(name) ? '' : `has an unknown field ${name}`)
  ]
  return faults.filter(fault => fault !== '').map(fault => `${key.key} ${fault}`)
}
