/** A variable's schema, as far as a sentence about it needs it. */
interface VariableSchema {
  type?: string
  minimum?: number
  maximum?: number
  anyOf?: ReadonlyArray<{ const?: unknown }>
  /** What a text must be, where the schema says it as a regular expression. */
  form?: string
  [member: string]: unknown
}

/** What a value must be, as the end of "<variable> …": a person reads it who has never seen the schema. */
export function problemOf ({ type, minimum, maximum, anyOf, form }: VariableSchema): string {
  if (type === 'integer') return `must be a whole number from ${minimum} to ${maximum}`
  if (type === 'boolean') return 'must be true or false'
  if (anyOf !== undefined) return `must be one of ${anyOf.map(choice => choice.const).join(', ')}`
  return `must be ${form}`
}
