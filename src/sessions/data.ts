import { serviceError } from './errors.ts'

/** What a session may hold; over a cap the change is refused as a whole with 413. */
export interface DataLimits {
  keys: number
  keyBytes: number
  valueBytes: number
  /** All keys and all values (as JSON) together. */
  bytes: number
}

/** Characters of a key: printable ASCII without the space, so that a key is one byte a character and can stand in a URL. */
export const DATA_KEY_PATTERN = '^[!-~]+$'

const RESERVED = new Set(['__proto__', 'constructor', 'prototype'])

/** A change as callers make it: JSON values by key; `undefined` removes the key. */
export type DataValues = Record<string, unknown>

/**
 * Checks keys and values one by one and turns the values into JSON text.
 * @throws ServiceError `reserved_key`, `data_limit_exceeded`, `validation_failed` (a number that JSON cannot hold)
 */
export function encodeValues (values: Iterable<[key: string, value: unknown]>, limits: DataLimits): Map<string, string | null> {
  const encoded = new Map<string, string | null>()
  for (const [key, value] of values) encoded.set(checkedKey(key, limits), value === undefined ? null : encode(key, value, limits))
  return encoded
}

/** @throws ServiceError `reserved_key`, `data_limit_exceeded` */
export function checkedKey (key: string, limits: DataLimits): string {
  if (RESERVED.has(key)) throw serviceError('reserved_key', `The key ${key} has a meaning in JavaScript and cannot be used. Choose another.`)
  if (key.length > limits.keyBytes) throw overLimit('DATA_MAX_KEY_BYTES', 'a key', limits.keyBytes, key.length)
  return key
}

function encode (key: string, value: unknown, limits: DataLimits): string {
  const json = JSON.stringify(value, (_name, member: unknown) => {
    if (typeof member !== 'number' || Number.isFinite(member)) return member
    throw serviceError('validation_failed', `The value of ${key} has a number beyond the range of a double (RFC 8259 section 6). Send it as a string.`)
  })
  const bytes = Buffer.byteLength(json)
  if (bytes > limits.valueBytes) throw overLimit('DATA_MAX_VALUE_BYTES', `the value of ${key}, as JSON,`, limits.valueBytes, bytes)
  return json
}

/** The 413 of a cap: names it, its limit and the size that was refused. */
export function overLimit (cap: string, what: string, max: number, actual: number) {
  const unit = cap.endsWith('KEYS') ? 'keys' : 'bytes'
  return serviceError('data_limit_exceeded', `With this change ${what} would have ${actual} ${unit}; at most ${max} are allowed (${cap}). Nothing was changed.`, { extras: { cap, max, actual } })
}

/** Stored JSON texts as values; without a prototype, so that no key can mean anything but itself. */
export function decodeValues (texts: Map<string, string>): DataValues {
  const values: DataValues = Object.create(null)
  for (const [key, json] of texts) values[key] = JSON.parse(json)
  return values
}
