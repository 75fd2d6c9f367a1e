import t from 'tap'
import { packAddress, unpackAddress } from '../../src/store/address.ts'

t.test('an IPv4 address is a number of 32 bits, an IPv6 address takes 22 characters', t => {
  t.equal(packAddress('0.0.0.7'), '7')
  t.equal(packAddress('255.255.255.255'), '-1')
  for (const address of ['2001:db8:85a3:8d3:1319:8a2e:370:7348', '::1', '::', 'fe80::1']) t.match(packAddress(address), /^[\w-]{22}$/, address)
  t.end()
})

t.test('every text comes back as it was, also what is no address in its usual spelling', t => {
  const usual = ['203.0.113.7', '127.0.0.1', '2001:db8:85a3:8d3:1319:8a2e:370:7348', '::1']
  const unusual = ['010.0.0.1', '10.1', '0x7f000001', '7', '-1', '::ffff:203.0.113.7', '2001:DB8::1', 'fe80::1%eth0', '192.0.2.0/24', '=', 'x'.repeat(22), '7'.repeat(22)]
  for (const address of [...usual, ...unusual, '']) t.equal(unpackAddress(packAddress(address)), address, address)
  t.end()
})

t.test('text that no packing made is read as none', t => {
  for (const damaged of ['', '!', 'abc']) t.equal(unpackAddress(damaged), '')
  t.end()
})
