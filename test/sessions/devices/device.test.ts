import t from 'tap'
import { deviceOf } from '../../../src/sessions/devices/device.ts'

const cases: Array<[browser: string, os: string, type: string, userAgent: string]> = [
  ['Chrome', 'Windows', 'desktop', 'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0.0.0 Safari/537.36'],
  ['Microsoft Edge', 'Windows', 'desktop', 'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0.0.0 Safari/537.36 Edg/131.0.0.0'],
  ['Firefox', 'Linux', 'desktop', 'Mozilla/5.0 (X11; Ubuntu; Linux x86_64; rv:133.0) Gecko/20100101 Firefox/133.0'],
  ['Safari', 'macOS', 'desktop', 'Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.1 Safari/605.1.15'],
  ['Safari', 'iOS', 'mobile', 'Mozilla/5.0 (iPhone; CPU iPhone OS 18_1_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.1.1 Mobile/15E148 Safari/604.1'],
  ['Safari', 'iOS', 'tablet', 'Mozilla/5.0 (iPad; CPU OS 16_6 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/16.6 Mobile/15E148 Safari/604.1'],
  ['Chrome', 'Android', 'mobile', 'Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0.0.0 Mobile Safari/537.36'],
  ['Googlebot', 'unknown', 'bot', 'Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)'],
  ['curl', 'unknown', 'unknown', 'curl/8.5.0'],
  ['unknown', 'unknown', 'unknown', ''],
  ['unknown', 'unknown', 'unknown', '()'],
  ['unknown', 'unknown', 'unknown', '\u001b[31m<script>']
]

t.test('a user agent is read for people: family, system and kind of device', t => {
  for (const [browser, os, type, userAgent] of cases) t.strictSame(deviceOf(userAgent), { browser, os, type }, userAgent)
  t.match(deviceOf('Mozilla/5.0 (SMART-TV; Linux; Tizen 7.0) AppleWebKit/537.36 (KHTML, like Gecko) Version/7.0 TV Safari/537.36'), { type: 'tv' })
  t.match(deviceOf('okhttp/4.12.0'), { browser: 'okhttp', type: 'unknown' })
  t.end()
})

t.test('the same text gives the same answer again', t => {
  const userAgent = 'my-robot/1.0'
  t.equal(deviceOf(userAgent), deviceOf(userAgent), 'remembered, not parsed twice')
  t.end()
})
