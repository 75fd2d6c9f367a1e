import t from 'tap'
import { bindingOf, changedSignals, clientOf, deviceIn, isFromPlace, networkOf } from '../../../src/sessions/devices/surroundings.ts'

const chrome = (version: number) => `Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/${version}.0.0.0 Safari/537.36`
const firefox = 'Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:130.0) Gecko/20100101 Firefox/130.0'

t.test('the network is /24 of IPv4 and /64 of IPv6, however the address is written', async t => {
  for (const [address, network] of [
    ['203.0.113.7', '203.0.113.0/24'], ['203.0.113.255', '203.0.113.0/24'], ['::ffff:203.0.113.9', '203.0.113.0/24'], ['::ffff:cb00:7109', '203.0.113.0/24'],
    ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'], ['2001:db8:1:2:ffff::', '2001:db8:1:2::/64'], ['::1', '::/64'], ['', ''], ['nonsense', '']
  ] as const) t.equal(networkOf(address), network, address)
})

t.test('the client is family and platform', async t => {
  t.equal(clientOf(chrome(120)), 'Chrome on Windows')
  t.equal(clientOf(firefox), 'Firefox on Windows')
  t.equal(clientOf('curl/8.5.0'), 'curl on unknown')
  t.equal(clientOf(''), '')
})

t.test('only what has changed, and was known before, is a signal', async t => {
  const bound = bindingOf('203.0.113.7', chrome(120))
  t.match(bound, /^[\w-]{5}\.[\w-]{5}$/)
  t.strictSame(changedSignals(bound, bindingOf('203.0.113.99', chrome(121))), [])
  t.strictSame(changedSignals(bound, bindingOf('198.51.100.7', chrome(120))), ['network'])
  t.strictSame(changedSignals(bound, bindingOf('203.0.113.7', firefox)), ['client'])
  t.strictSame(changedSignals(bound, bindingOf('', '')), ['network', 'client'], 'who says nothing any more has changed')
  t.strictSame(changedSignals('.', bound), [], 'what was not captured is not compared')
  t.strictSame(changedSignals('', bound), [], 'nor is a session of before')
})

t.test('a binding may end in a device; one without is as it always was', async t => {
  const [place, bound, other] = [bindingOf('203.0.113.7', chrome(120)), bindingOf('203.0.113.7', chrome(120), 'abcdef'), bindingOf('203.0.113.7', chrome(120), 'ghijkl')]
  t.equal(bound, `${place}.abcdef`)
  t.strictSame([bound, place, '', '.'].map(deviceIn), ['abcdef', '', '', ''])
  t.strictSame(changedSignals(bound, other), ['device'])
  t.strictSame(changedSignals(place, other), [], 'one that was opened without is not compared')
  t.strictSame(changedSignals(bound, bindingOf('198.51.100.7', firefox, 'ghijkl')), ['network', 'client', 'device'])
})

t.test('a request that tells of no device is from the place of a session, or not', async t => {
  const place = ['203.0.113.7', chrome(120)] as const
  for (const device of ['', 'abcdef']) {
    const bound = bindingOf(...place, device)
    t.equal(isFromPlace(bound, ...place), true)
    t.equal(isFromPlace(bound, '203.0.113.99', chrome(121)), true)
    for (const [address, userAgent] of [['198.51.100.7', chrome(120)], ['203.0.113.7', firefox], ['203.0.113.7', ''], ['', chrome(120)], ['', '']] as const) {
      t.equal(isFromPlace(bound, address, userAgent), false, `${address} ${userAgent}`)
    }
    t.equal(isFromPlace(bindingOf('203.0.113.7', '', device), '203.0.113.7', ''), true)
  }
  t.equal(isFromPlace('', ...place), false, 'a session of before is looked at more closely')
})
