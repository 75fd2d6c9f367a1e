import t from 'tap'
import { trustProxyFault, trustedProxies } from '../../src/config/trust-proxy.ts'

t.test('without a list nobody is trusted', t => {
  t.equal(trustedProxies(undefined), false)
  t.equal(trustProxyFault(undefined), null)
  t.end()
})

t.test('addresses and CIDR blocks of both families are a list', t => {
  t.strictSame(trustedProxies('10.0.0.0/8, fd00::/8,127.0.0.1'), ['10.0.0.0/8', 'fd00::/8', '127.0.0.1'])
  for (const list of ['127.0.0.1', '::1', '10.0.0.0/8,fd00::/8', '1.2.3.4/32', '::1/128', '1.0.0.0/1']) t.equal(trustProxyFault(list), null, list)
  t.end()
})

t.test('whatever would believe an address that a client can forge is refused', t => {
  for (const list of [
    'true', 'false', '1', '2', '', ',', '127.0.0.1,', '*', 'loopback', 'uniquelocal', 'proxy.example', '0.0.0.0/0', '::/0', '1.2.3.4/33', '::1/129', '1.2.3.4/', '1.2.3.4/8/8',
    '1.2.3.4/-1', '1.2.3.4/8a', '1.2.3', '10.0.0.0/8;fd00::/8'
  ]) t.match(trustProxyFault(list), /addresses or CIDR blocks/, list)
  t.end()
})
