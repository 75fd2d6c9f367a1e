import { isDeepStrictEqual } from 'node:util'
import { serviceError } from '../errors.ts'

export const operationNames = ['increment', 'append', 'addToSet', 'remove'] as const

/** A change of one value that depends on what the value is. */
export interface Operation {
  op: typeof operationNames[number]
  key: string
  /** JSON pointer (RFC 6901) to a place within the value; absent or empty: the value itself. */
  path?: string
  value: unknown
}

/** A place in a value, as it is and as it becomes; `undefined`: there is nothing. */
type Change = (found: unknown) => unknown

/**
 * The values of keys after all operations, in their order; `undefined` of one that is as absent as it was. The values that are given stay as they are.
 * @throws ServiceError `operation_failed` with the index of the operation that does not fit what it finds
 */
export function applyOperations (values: ReadonlyMap<string, unknown>, operations: Operation[]): Map<string, unknown> {
  const changed = new Map<string, unknown>()
  for (const [index, { key, path = '', op, value }] of operations.entries()) {
    const refuse = (detail: string) => serviceError('operation_failed', `Operation ${index}, ${op} of ${key}${path}: ${detail} Nothing was changed.`, { extras: { index } })
    const before = changed.has(key) ? changed.get(key) : values.get(key)
    changed.set(key, changedAt(before, stepsOf(path), changeOf(op, value, refuse), refuse))
  }
  return changed
}

type Refuse = (detail: string) => Error

function changeOf (op: Operation['op'], value: unknown, refuse: Refuse): Change {
  switch (op) {
    case 'increment': return found => increased(found, Number(value), refuse)
    case 'append': return found => [...arrayOf(found, refuse), value]
    case 'addToSet': return found => arrayOf(found, refuse).some(element => isDeepStrictEqual(element, value)) ? found : [...arrayOf(found, refuse), value]
    case 'remove': return found => found === undefined ? undefined : arrayOf(found, refuse).filter(element => !isDeepStrictEqual(element, value))
  }
}

function increased (found: unknown = 0, by: number, refuse: Refuse): number {
  if (typeof found !== 'number') throw refuse('there is no number.')
  const sum = found + by
  if (!Number.isFinite(sum)) throw refuse('the sum is out of the range of a double.')
  return sum
}

function arrayOf (found: unknown = [], refuse: Refuse): unknown[] {
  if (!Array.isArray(found)) throw refuse('there is no array.')
  return found
}

function stepsOf (path: string): string[] {
  return path.split('/').slice(1).map(step => step.replaceAll('~1', '/').replaceAll('~0', '~'))
}

/** The value with that place changed. What leads to the place has to be there; the last step may be a member that an object does not have yet. */
function changedAt (value: unknown, steps: string[], change: Change, refuse: Refuse): unknown {
  const [step, ...rest] = steps
  if (step === undefined) return change(value)
  if (Array.isArray(value)) {
    if (!/^(0|[1-9]\d*)$/.test(step) || Number(step) >= value.length) throw refuse(`there is no element ${step}.`)
    return value.with(Number(step), changedAt(value[Number(step)], rest, change, refuse))
  }
  if (typeof value !== 'object' || value === null || (rest.length > 0 && !Object.hasOwn(value, step))) throw refuse(`the path leads nowhere at ${step}.`)
  const members = new Map(Object.entries(value))
  const after = changedAt(members.get(step), rest, change, refuse)
  // Made of its members, so that none of them can mean anything but itself.
  return after === undefined ? value : Object.fromEntries(members.set(step, after))
}
