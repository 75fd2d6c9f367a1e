import t from 'tap'
import { build, login } from '../../harness.ts'
import { isProblem } from '../problem.ts'

type Login = Awaited<ReturnType<typeof login>>

const put = (session: Login, value: unknown, ifMatch?: string) =>
  session.call('PUT', '/session/data', { key: 'a', value }, ifMatch === undefined ? {} : { 'if-match': ifMatch })

t.test('every data answer carries the version, which every change moves by one', async t => {
  const { app } = await build(t)
  const alice = await login(app)
  t.equal((await alice.call('GET', '/session/data')).headers.etag, '"0"', 'before the first change')
  t.equal((await put(alice, 1)).headers.etag, '"1"')
  t.equal((await put(alice, 1)).headers.etag, '"2"', 'also a change to the same value')
  t.equal((await alice.call('PATCH', '/session/data', { b: 1, c: 2 })).headers.etag, '"3"', 'one for all of a PATCH')
  t.equal((await alice.call('GET', '/session/data')).headers.etag, '"3"')
  t.equal((await alice.call('GET', '/session/data/b')).headers.etag, '"3"')
  t.equal((await alice.call('DELETE', '/session/data/b')).headers.etag, '"4"')
  t.equal((await alice.call('PATCH', '/session/data', { gone: null })).headers.etag, '"4"', 'nothing to change, nothing changed')
  t.equal((await alice.call('DELETE', '/session/data/gone')).headers.etag, undefined)
  t.equal((await alice.call('GET', '/session/data')).headers.etag, '"4"')
})

t.test('a condition that holds lets the change through', async t => {
  const { app } = await build(t)
  const alice = await login(app)
  t.equal((await put(alice, 1, '"0"')).statusCode, 200)
  t.equal((await put(alice, 2, '"1"')).statusCode, 200)
  t.equal((await put(alice, 3, '*')).statusCode, 200)
  t.equal((await put(alice, 4, ' * ')).statusCode, 200)
  t.equal((await put(alice, 5, '"9", "4"')).statusCode, 200, 'one of a list')
  t.equal((await put(alice, 6, 'W/"1" ,  "5"')).statusCode, 200)
  t.equal((await alice.call('PATCH', '/session/data', { b: 1 }, { 'if-match': '"6"' })).statusCode, 200)
  t.equal((await alice.call('DELETE', '/session/data/b', undefined, { 'if-match': '"7"' })).statusCode, 200)
})

t.test('a condition that does not hold changes nothing and tells the current version', async t => {
  const { app } = await build(t)
  const alice = await login(app)
  await put(alice, 'kept')
  for (const ifMatch of ['"0"', '"2"', '"0", "2"', 'W/"1"', '"01"', '"1.0"', '""', '"*"', '"\u00e9"', '"99999999999999999999"']) {
    const answers = [
      await put(alice, 'lost', ifMatch),
      await alice.call('PATCH', '/session/data', { a: 'lost', b: null }, { 'if-match': ifMatch }),
      await alice.call('DELETE', '/session/data/a', undefined, { 'if-match': ifMatch }),
      await alice.call('DELETE', '/session/data/missing', undefined, { 'if-match': ifMatch })
    ]
    for (const answer of answers) {
      isProblem(t, answer, 412, 'version_conflict', ifMatch)
      t.equal(answer.headers.etag, '"1"')
      t.equal(answer.json().currentETag, '"1"')
    }
  }
  const read = await alice.call('GET', '/session/data')
  t.strictSame([read.json(), read.headers.etag], [{ data: { a: 'kept' } }, '"1"'])
})

t.test('of many writers with the same condition one wins', async t => {
  const { app } = await build(t)
  const alice = await login(app)
  await put(alice, 0)
  const answers = await Promise.all(Array.from({ length: 20 }, (_, i) => put(alice, i, '"1"')))
  t.equal(answers.filter(({ statusCode }) => statusCode === 200).length, 1)
  t.equal(answers.filter(({ statusCode }) => statusCode === 412).length, 19)
})

t.test('what is no list of entity tags is refused', async t => {
  const { app } = await build(t)
  const alice = await login(app)
  for (const ifMatch of ['1', '"1', '1"', "'1'", '"1" "2"', '"1",', ',"1"', '"1",,"2"', 'w/"1"', 'W/1', '"a"b"', '*, "1"', '**', '"a b"', 'null']) {
    isProblem(t, await put(alice, 1, ifMatch), 400, 'malformed_etag', ifMatch)
    isProblem(t, await alice.call('PATCH', '/session/data', { a: 1 }, { 'if-match': ifMatch }), 400, 'malformed_etag')
    isProblem(t, await alice.call('DELETE', '/session/data/a', undefined, { 'if-match': ifMatch }), 400, 'malformed_etag')
  }
  t.strictSame((await alice.call('GET', '/session/data')).json(), { data: {} })
})

t.test('a very long list costs no time', async t => {
  const { app } = await build(t)
  const alice = await login(app)
  const started = performance.now()
  t.equal((await put(alice, 1, `${'"7", '.repeat(2400)}"0"`)).statusCode, 200)
  isProblem(t, await put(alice, 1, `${'"7", '.repeat(2400)}x`), 400, 'malformed_etag')
  isProblem(t, await put(alice, 1, `${' '.repeat(12_000)}x`), 400, 'malformed_etag')
  t.ok(performance.now() - started < 2000)
})
