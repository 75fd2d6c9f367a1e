import t from 'tap'
import { createClient } from '../../src/store/connect.ts'
import { parseListUrl } from '../../src/store/list-url.ts'

const none = { username: undefined, password: undefined, path: '', tls: undefined }

t.test('a list has one server or many, each with its port or the usual one, IPv6 in brackets', t => {
  t.match(parseListUrl('redis+cluster://n1', 6379), { ...none, nodes: [{ host: 'n1', port: 6379 }] })
  t.match(parseListUrl('redis+cluster://n1:7001,10.0.0.2,[fd00::2]:7003,[::1]', 6379), {
    ...none,
    nodes: [{ host: 'n1', port: 7001 }, { host: '10.0.0.2', port: 6379 }, { host: 'fd00::2', port: 7003 }, { host: '::1', port: 6379 }]
  })
  t.end()
})

t.test('account and password are decoded; an empty one is none', t => {
  t.match(parseListUrl('redis+cluster://app:p%40s%3As%2F@n1', 6379), { username: 'app', password: 'p@s:s/' })
  t.match(parseListUrl('redis+cluster://:secret@n1', 6379), { username: undefined, password: 'secret' })
  t.match(parseListUrl('redis+cluster://app:@n1', 6379), { username: 'app', password: undefined })
  t.end()
})

t.test('path and query follow the list', t => {
  const { path, query, nodes } = parseListUrl('redis+sentinel://s1,s2/sessions/2?sentinelPassword=p%40w', 26379)
  t.strictSame([path, query.get('sentinelPassword'), nodes.length], ['sessions/2', 'p@w', 2])
  t.equal(parseListUrl('redis+cluster://n1?x=1', 6379).query.get('x'), '1')
  t.end()
})

t.test('rediss+ asks for TLS on every connection', t => {
  t.match(parseListUrl('rediss+cluster://n1', 6379), { tls: {} })
  t.match(createClient('rediss+cluster://n1').options, { redisOptions: { tls: {} } })
  t.match(createClient('rediss+sentinel://s1/sessions?sentinelPassword=pw').options, { tls: {}, sentinelTLS: {}, enableTLSForSentinelMode: true, sentinelPassword: 'pw' })
  t.match(createClient('redis+sentinel://s1/sessions').options, { tls: undefined, enableTLSForSentinelMode: false, sentinelPassword: undefined })
  t.end()
})

t.test('a list without a host is refused and not repeated', t => {
  for (const url of ['redis+cluster:///secret', 'redis+sentinel:///secret', 'redis+cluster://', 'redis+cluster:secret']) {
    t.throws(() => parseListUrl(url, 6379), { message: /^REDIS_URL names no host, ((?!secret).)*$/ })
  }
  t.end()
})
