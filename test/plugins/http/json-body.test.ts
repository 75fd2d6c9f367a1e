import { gzipSync } from 'node:zlib'
import t from 'tap'
import { build, login } from '../../harness.ts'
import { isInvalid, isProblem } from '../../routes/problem.ts'

const json = { 'content-type': 'application/json' }

t.test('JSON is read under every spelling of its media type, and nothing else is', async t => {
  const { app } = await build(t)
  const alice = await login(app)
  const put = (contentType: string) => alice.call('PUT', '/session/data', '{"key":"a","value":1}', { 'content-type': contentType })
  for (const type of ['application/json', 'Application/JSON', 'application/json; charset=utf-8', 'application/json;charset=UTF-8', 'application/json; v=1']) t.equal((await put(type)).statusCode, 200, type)
  for (const type of ['text/plain', 'text/json', 'application/jsonp', 'application/xml', 'multipart/form-data; boundary=x', 'application/x-www-form-urlencoded', 'json', '*/*', ';', 'application/json\u00e9']) {
    isProblem(t, await put(type), 415, 'unsupported_media_type', type)
  }
})

t.test('a body is UTF-8 and not compressed: nothing is read as what it is not', async t => {
  const { app } = await build(t)
  const alice = await login(app)
  const put = (body: Buffer | string, headers: object) => app.inject({ method: 'PUT', url: '/session/data', payload: body, headers: { 'x-session-id': alice.credential, ...json, ...headers } })
  const text = '{"key":"a","value":"é"}'
  for (const headers of [{ 'content-encoding': 'identity' }, { 'content-encoding': '' }, { 'content-type': 'application/json; charset="UTF-8"' }, { 'content-type': 'application/json;charset=utf8' }]) t.equal((await put(text, headers)).statusCode, 200)
  for (const coding of ['gzip', 'br', 'identity, gzip']) isProblem(t, await put(coding === 'gzip' ? gzipSync(text) : text, { 'content-encoding': coding }), 415, 'unsupported_media_type', coding)
  for (const charset of ['utf-16', 'latin1', '"iso-8859-1"', '']) isProblem(t, await put(text, { 'content-type': `application/json; charset=${charset}` }), 415, 'unsupported_media_type', charset)
  isProblem(t, await put(Buffer.from(text, 'latin1'), {}), 400, 'malformed_json', 'bytes that are no UTF-8')
  t.equal((await alice.call('GET', '/session/data/a')).json<{ value: string }>().value, 'é')
})

t.test('what is not JSON is said to be broken', async t => {
  const { app } = await build(t)
  const alice = await login(app)
  for (const body of ['{', '{"key":"a","value":}', "{'key':'a'}", '{"key":"a","value":1}x', '{"key":"a","value":NaN}', '{"key":"a","value":01}', '\u0000', 'undefined', '{"key":"a","value":"\n"}', '[1,]']) {
    isProblem(t, await alice.call('PUT', '/session/data', body, json), 400, 'malformed_json', body)
  }
})

t.test('an empty body is no body: enough for what needs none, a fault for what needs one', async t => {
  const { app } = await build(t)
  const [alice, phone] = [await login(app), await login(app)]
  t.equal((await alice.call('DELETE', `/sessions/${phone.id}`, '', json)).statusCode, 200)
  isInvalid(t, await alice.call('PUT', '/session/data', '', json), ['body'])
  isInvalid(t, await alice.call('PATCH', '/session/data'), ['body'])
  t.equal((await alice.call('DELETE', '/sessions/all', '', json)).statusCode, 200)
})

t.test('a body where none is expected is read as JSON; no-body.test.ts has what becomes of it', async t => {
  const { app } = await build(t)
  const alice = await login(app)
  isProblem(t, await alice.call('DELETE', '/sessions/all', '{', json), 400, 'malformed_json')
  t.equal((await alice.call('GET', '/me')).statusCode, 200, 'nothing has changed')
})

t.test('the length of a body is limited, whether it is announced or not', async t => {
  const { app } = await build(t)
  const alice = await login(app)
  const body = (bytes: number) => `{"key":"a","value":"${'x'.repeat(bytes - 22)}"}`
  isProblem(t, await alice.call('PUT', '/session/data', body(65_536), json), 413, 'data_limit_exceeded', 'just readable')
  isProblem(t, await alice.call('PUT', '/session/data', body(65_537), json), 413, 'body_too_large')
  isProblem(t, await alice.call('PUT', '/session/data', '{}', { ...json, 'content-length': '3' }), 400, 'malformed_request', 'a wrong length')
})
