import t from 'tap'
import { build } from '../../harness.ts'
import { isInvalid, isProblem } from '../../routes/problem.ts'

t.test('each place of a request has a pointer of its own', async t => {
  const { app } = await build(t)
  const put = (url: string, payload: unknown) => app.inject({ method: 'PUT', url, payload: JSON.stringify(payload), headers: { 'content-type': 'application/json' } })
  isInvalid(t, await put('/session/data', { 'x/y~z': 1 }), ['body/key', 'body/value', 'body/x~1y~0z'])
  isInvalid(t, await put('/session/data?a=1&b=2', { key: 'k', value: 1 }), ['querystring/a', 'querystring/b'])
  const patch = await app.inject({ method: 'PATCH', url: '/session/data', payload: { 'a b': 1, 'c~dé': 2, fine: 3 } })
  isInvalid(t, patch, ['body/a b', 'body/c~0dé'])
  isInvalid(t, await app.inject({ method: 'DELETE', url: '/sessions/7' }), ['params/sessionId'])
})

t.test('the sentence names the first three faults and counts the others, the list has them all', async t => {
  const { app } = await build(t)
  const post = async (payload: object) => (await app.inject({ method: 'POST', url: '/login', payload })).json()
  const two = await post({ email: 1 })
  t.match(two.detail, /^The request does not fit the schema of this route: body\/password [^;]*; body\/email [^;]*\.$/)
  const three = await post({ email: 1, a: 1 })
  t.notMatch(three.detail, 'more')
  const five = await post({ email: 1, a: 1, b: 1, c: 1 })
  t.match(five.detail, /: body\/password [^;]*; body\/a [^;]*; body\/b [^;]*; and 2 more\.$/)
  t.equal(five.errors.length, 5)
})

t.test('a login full of members that nobody knows is not answered with a book', async t => {
  const { app } = await build(t)
  const members = (count: number) => Object.fromEntries(Array.from({ length: count }, (_, i) => [`member${i}`, 1]))
  isProblem(t, await app.inject({ method: 'POST', url: '/login', payload: members(6500) }), 413, 'body_too_large')
  const response = await app.inject({ method: 'POST', url: '/login', payload: members(1000) })
  isProblem(t, response, 400, 'validation_failed')
  t.ok(response.json().detail.length < 400)
})
