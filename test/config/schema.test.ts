import { Value } from '@sinclair/typebox/value'
import t from 'tap'
import { ConfigSchema } from '../../src/config/schema.ts'

t.test('every variable has a meaning and an example; an example of what is no secret is a good value', t => {
  for (const [name, schema] of Object.entries(ConfigSchema.properties)) {
    t.ok(schema.description, name)
    const [example] = schema.examples ?? []
    t.type(example, 'string', name)
    const value = schema.type === 'integer' ? Number(example) : schema.type === 'boolean' ? example === 'true' : example
    t.ok(Value.Check(schema, value), `${name}=${example}`)
  }
  t.end()
})

t.test('every default is a good value and no secret has one', t => {
  for (const [name, schema] of Object.entries(ConfigSchema.properties)) {
    if (schema.default !== undefined) t.ok(Value.Check(schema, schema.default), name)
    if ('secret' in schema) t.equal(schema.default, undefined, name)
  }
  t.end()
})
