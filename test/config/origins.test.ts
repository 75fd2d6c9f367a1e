import t from 'tap'
import { allowedOrigins, originsFault } from '../../src/config/origins.ts'

t.test('without a list no other origin is let in', t => {
  t.strictSame(allowedOrigins(undefined), [])
  t.equal(originsFault(undefined), null)
  t.end()
})

t.test('origins as browsers send them are a list', t => {
  t.strictSame(allowedOrigins('https://a.example, http://localhost:5173,https://[::1]:8443'), ['https://a.example', 'http://localhost:5173', 'https://[::1]:8443'])
  for (const list of ['https://a.example', 'https://a.example:8443', 'http://127.0.0.1:3000', 'https://xn--mller-kva.example', 'https://a.example,https://b.example']) t.equal(originsFault(list), null, list)
  t.end()
})

t.test('wildcards, null and whatever no browser would send are refused', t => {
  for (const list of [
    '*', 'null', '', ',', 'https://a.example,', 'https://*.example', 'https://a.example/', 'https://a.example/path', 'https://a.example?x', 'https://a.example#x', 'https://a.example:443', 'http://a.example:80',
    'https://A.example', 'HTTPS://a.example', 'https://user@a.example', 'a.example', '//a.example', 'ftp://a.example', 'file:///a', 'https://', 'https://a.example https://b.example', 'https://müller.example',
    'https://a.example,null'
  ]) t.match(originsFault(list), /list of origins/, list)
  t.end()
})
