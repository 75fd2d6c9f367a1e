import t from 'tap'
import { isScope, scopes } from '../../src/callers/scope.ts'

t.test('a scope is one of those that there are, to the letter', t => {
  for (const scope of scopes) t.ok(isScope(scope))
  for (const word of ['', 'Admin', 'sessions', 'sessions:introspect ', 'toString']) t.notOk(isScope(word), word)
  t.end()
})
