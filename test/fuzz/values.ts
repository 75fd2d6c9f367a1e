import fc, { type Arbitrary } from 'fast-check'
import type { Document, Schema } from './document.ts'

/** Names and texts that have broken services before. */
export const nasty = fc.constantFrom(
  '', ' ', '__proto__', 'constructor', 'prototype', 'toString', 'null', 'undefined', 'NaN', '0', '-1', '1e400', '*', '%00', '%', '..', '/', '\\', '"', "'", '`', '\0', '\n', '\r\n',
  '\u200b', '\ufeff', '\u202e', '\uff55', '\ud83c\udf6a', '<script>', '{}', '[]', '{{7*7}}', "' OR 1=1 --", 'session:{*', 'a'.repeat(300), '\u00e9'.repeat(40))

const text = fc.oneof(fc.string(), fc.string({ unit: 'grapheme' }), nasty)

/** Any JSON value, sometimes of an odd shape. */
export const anything: Arbitrary<unknown> = fc.oneof(
  { arbitrary: fc.jsonValue({ maxDepth: 4 }), weight: 6 },
  { arbitrary: nasty, weight: 2 },
  { arbitrary: fc.integer({ min: 1, max: 1200 }).map(depth => JSON.parse('['.repeat(depth) + ']'.repeat(depth))), weight: 1 },
  { arbitrary: fc.integer({ min: 0, max: 5000 }).map(length => 'x'.repeat(length)), weight: 1 })

/** Values that fit a schema of the document. */
export function fitting (schema: Schema, document: Document): Arbitrary<unknown> {
  if (schema.$ref !== undefined) return fitting(document.components.schemas[schema.$ref.split('/').at(-1) ?? ''] ?? {}, document)
  if (schema.enum !== undefined) return fc.constantFrom(...schema.enum)
  switch (schema.type) {
    case 'string': return fittingText(schema)
    case 'array': return fittingArray(schema, document)
    case 'object': return fittingObject(schema, document)
    default: return anything
  }
}

function fittingArray ({ items = {}, maxItems: maxLength, uniqueItems }: Schema, document: Document): Arbitrary<unknown> {
  const item = fitting(items, document)
  return uniqueItems === true ? fc.uniqueArray(item, { maxLength }) : fc.array(item, { maxLength })
}

function fittingText ({ pattern, minLength = 0, maxLength = 200, examples = [] }: Schema): Arbitrary<unknown> {
  const example = examples.length > 0 ? fc.constantFrom(...examples) : fc.constant('example')
  if (pattern === undefined) return fc.string({ minLength, maxLength })
  return fc.oneof(example, fc.stringMatching(new RegExp(pattern, 'u')).filter(value => value.length <= maxLength))
}

function fittingObject ({ properties = {}, required = [], additionalProperties, propertyNames }: Schema, document: Document): Arbitrary<unknown> {
  const members = Object.fromEntries(Object.entries(properties).map(([name, schema]) => [name, fitting(schema, document)]))
  if (typeof additionalProperties !== 'object') return fc.record(members, { requiredKeys: required })
  return fc.dictionary(fitting(propertyNames ?? { type: 'string' }, document).map(String), fitting(additionalProperties, document), { minKeys: 1, maxKeys: 6 })
}

/** A value that fits, with one thing wrong with it: a member missing, changed, of another type or too many. */
export function bent (schema: Schema, document: Document): Arbitrary<unknown> {
  return fc.tuple(fitting(schema, document), text, anything, fc.constantFrom('drop', 'change', 'add', 'replace')).map(([value, name, other, how]) => {
    if (how === 'replace' || typeof value !== 'object' || value === null) return other
    const entries = Object.entries(value)
    if (how === 'add') return Object.fromEntries([...entries, [name, other]])
    if (how === 'drop') return Object.fromEntries(entries.slice(1))
    return Object.fromEntries(entries.map(([key, old], i) => [key, i === 0 ? other : old]))
  })
}
