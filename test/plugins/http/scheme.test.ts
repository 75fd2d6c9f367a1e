import t from 'tap'
import { httpsWhen } from '../../../src/plugins/http/scheme.ts'

t.test('what the operator says holds for every request', t => {
  t.equal(httpsWhen(true)({ protocol: 'http', headers: { 'x-forwarded-proto': 'http' } }), true)
  t.end()
})

t.test('otherwise the request tells, and whoever says HTTPS is believed', t => {
  const isHttps = httpsWhen(false)
  t.equal(isHttps({ protocol: 'http', headers: {} }), false)
  t.equal(isHttps({ protocol: 'https', headers: {} }), true)
  t.equal(isHttps({ protocol: 'https', headers: { 'x-forwarded-proto': 'http' } }), true, 'never less than it is')
  for (const given of ['https', 'HTTPS', 'http, https', 'https,http']) t.equal(isHttps({ protocol: 'http', headers: { 'x-forwarded-proto': given } }), true, given)
  for (const given of ['http', '', 'httpsx']) t.equal(isHttps({ protocol: 'http', headers: { 'x-forwarded-proto': given } }), false, given)
  t.end()
})
