import t, { type Test } from 'tap'
import { createCallerAdministration } from '../../src/callers/administration.ts'
import { createCallerRepository } from '../../src/callers/repository.ts'
import { testUsers } from '../users/database.ts'

async function opened (t: Test) {
  const { database } = await testUsers(t)
  return createCallerAdministration({ repository: createCallerRepository(database) })
}

t.test('what does not fit is told by its member, wherever it comes from, and nothing is added', async t => {
  const callers = await opened(t)
  const shop = { name: 'shop', scopes: ['admin' as const], dataPrefix: '' }
  for (const name of ['', 'Shop', '1shop', 'a b']) await t.rejects(callers.create({ ...shop, name }), { code: 'validation_failed', extras: { errors: [{ in: 'body', pointer: '/name' }] } })
  for (const dataPrefix of ['a b', 'é', 'x'.repeat(65)]) await t.rejects(callers.create({ ...shop, dataPrefix }), { code: 'validation_failed', extras: { errors: [{ in: 'body', pointer: '/dataPrefix' }] } })
  t.strictSame(await callers.list(), [])
  await callers.create(shop)
  await t.rejects(callers.change('shop', { dataPrefix: 'a b' }), { code: 'validation_failed' })
  t.match(await callers.find('shop'), { dataPrefix: '' })
})
