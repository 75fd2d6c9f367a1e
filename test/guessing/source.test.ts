import t from 'tap'
import { sourceOf } from '../../src/guessing/source.ts'

t.test('an IPv4 address is itself, also where it is mapped into IPv6', t => {
  t.equal(sourceOf('203.0.113.7'), '203.0.113.7')
  t.equal(sourceOf('::ffff:203.0.113.7'), '203.0.113.7')
  t.not(sourceOf('203.0.113.7'), sourceOf('203.0.113.8'))
  t.end()
})

t.test('an IPv6 address is its /64, in every spelling', t => {
  const source = sourceOf('2001:db8:1:2::1')
  for (const same of ['2001:db8:1:2:ffff:ffff:ffff:ffff', '2001:0DB8:0001:0002:0:0:0:9', '2001:db8:1:2::1%eth0']) t.equal(sourceOf(same), source, same)
  for (const other of ['2001:db8:1:3::1', '2001:db8::1', '::1']) t.not(sourceOf(other), source, other)
  t.end()
})
