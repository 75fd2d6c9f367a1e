import t from 'tap'
import { packUserAgent, unpackUserAgent } from '../../src/store/user-agent.ts'

const chrome = 'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0.0.0 Safari/537.36'
const firefox = 'Mozilla/5.0 (X11; Ubuntu; Linux x86_64; rv:133.0) Gecko/20100101 Firefox/133.0'
const iphone = 'Mozilla/5.0 (iPhone; CPU iPhone OS 18_1_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.1.1 Mobile/15E148 Safari/604.1'

t.test('a browser’s user agent takes one field of at most 64 bytes and comes back as it was', t => {
  for (const userAgent of [chrome, firefox, iphone, `${chrome} Edg/131.0.2903.112`, 'curl/8.5.0', '']) {
    const packed = packUserAgent(userAgent)
    t.match(packed, /^[A-Za-z0-9_-]{0,63}$/, userAgent)
    t.equal(unpackUserAgent(packed), userAgent)
  }
  t.end()
})

t.test('what was packed by earlier versions stays readable: the dictionary does not change', t => {
  t.equal(unpackUserAgent('o5nlxobYLAcA'), chrome)
  t.end()
})

t.test('text that no packing made is read as none', t => {
  for (const damaged of ['', '!', 'AAAA', packUserAgent(chrome).slice(0, -4)]) t.equal(unpackUserAgent(damaged), '')
  t.end()
})
