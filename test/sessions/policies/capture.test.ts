import t from 'tap'
import { capturedAddress, capturedUserAgent } from '../../../src/sessions/policies/capture.ts'
import { deviceOf } from '../../../src/sessions/devices/device.ts'

const phone = 'Mozilla/5.0 (iPhone; CPU iPhone OS 17_4 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.4 Mobile/15E148 Safari/604.1'

t.test('an address is kept whole, as its network, or not at all', async t => {
  t.strictSame((['full', 'masked', 'off'] as const).map(mode => capturedAddress('203.0.113.7', mode)), ['203.0.113.7', '203.0.113.0/24', ''])
  t.equal(capturedAddress('2001:db8:1:2:3:4:5:6', 'masked'), '2001:db8:1:2::/64')
  t.equal(capturedAddress('', 'masked'), '')
})

t.test('a user agent is kept whole, as its family, or not at all; what is left is still read as that family', async t => {
  t.strictSame((['full', 'masked', 'off'] as const).map(mode => capturedUserAgent(phone, mode)), [phone, 'Safari', ''])
  t.equal(capturedUserAgent('', 'masked'), '')
  t.equal(capturedUserAgent('Acme 3.2 phone of Anna Schmidt', 'masked'), 'Acme', 'not what somebody wrote into it')
  const edge = 'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0.0.0 Safari/537.36 Edg/131.0.0.0'
  t.strictSame(deviceOf(capturedUserAgent(edge, 'masked')), { browser: 'Microsoft Edge', os: 'unknown', type: 'unknown' })
  t.equal(capturedUserAgent('x'.repeat(600), 'full'), 'x'.repeat(512))
  for (const userAgent of [phone, 'curl/8.5.0', 'Mozilla/5.0 (X11; Linux x86_64; rv:130.0) Gecko/20100101 Firefox/130.0']) {
    const masked = capturedUserAgent(userAgent, 'masked')
    t.strictSame(deviceOf(masked), { browser: deviceOf(userAgent).browser, os: 'unknown', type: 'unknown' })
  }
})
