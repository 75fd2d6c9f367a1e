import t from 'tap'
import { etagOf, versionsOf } from '../../../src/sessions/data/etag.ts'

t.test('a version’s tag is strong and leads back to it', t => {
  t.equal(etagOf(0), '"0"')
  t.equal(etagOf(17), '"17"')
  for (const version of [17, 1_795_759_013_997_042, Number.MAX_SAFE_INTEGER]) t.strictSame(versionsOf(etagOf(version)), [version])
  t.end()
})

t.test('no header and * accept any version', t => {
  for (const any of [undefined, '*', ' * ']) t.equal(versionsOf(any), null)
  t.end()
})

t.test('a list accepts each of its versions; weak tags and tags of others match none', t => {
  const cases: Array<[header: string, versions: number[]]> = [
    ['"1", "2"', [1, 2]], ['"1","2" ,\t"30"', [1, 2, 30]], ['W/"1"', []], ['W/"1", "2"', [2]], ['"abc"', []], ['""', []], ['"01"', []], ['"-1"', []], ['"1.0"', []],
    ['"1e3"', []], ['"1704067200000000"', [1704067200000000]], ['"9007199254740993"', []], ['"17040672000000000"', []], ['"é"', []], ['"W/"', []], ['"a,b", "3"', [3]]
  ]
  for (const [header, versions] of cases) t.strictSame(versionsOf(header), versions, header)
  t.end()
})

t.test('what is no list of entity tags is refused', t => {
  for (const header of ['', ' ', '1', '"1', '1"', '"1" "2"', '"1",', ',"1"', '"1";"2"', 'w/"1"', '*, "1"', '"1", *', '\'1\'', '"a b"']) {
    t.throws(() => versionsOf(header), { code: 'malformed_etag' }, JSON.stringify(header))
  }
  t.end()
})
