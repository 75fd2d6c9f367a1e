import t from 'tap'
import { build } from '../harness.ts'
import { placesOf, type Document } from '../fuzz/document.ts'
import { createValidator } from '../fuzz/validator.ts'

t.test('the document stands for this service: version, server, credentials, groups in the order in which they are tried', async t => {
  const { app } = await build(t)
  const document = (await app.inject('/openapi.json')).json<Document>()
  t.equal(document.openapi, '3.1.0')
  t.strictSame(document.servers, [{ url: '/' }])
  t.strictSame(Object.keys(document.components.securitySchemes), ['sessionId', 'bearer', 'cookie', 'serviceKey', 'serviceBasic'])
  t.match(document.components.securitySchemes, { sessionId: { type: 'apiKey', in: 'header', name: 'x-session-id' }, bearer: { type: 'http', scheme: 'bearer' }, cookie: { type: 'apiKey', in: 'cookie', name: '__Host-session' } })
  t.strictSame(document.tags.map(({ name }) => name), ['Log in', 'This session', 'Shared by my devices', 'My devices', 'Gateways', 'Other services', 'Operation'])
  const used = placesOf(document).flatMap(({ operation }) => operation.tags)
  t.strictSame([...new Set(used)], document.tags.map(({ name }) => name), 'the routes come in the same order')
  t.strictSame((await app.inject('/docs/json')).json(), document)
})

t.test('every operation has a name, a summary, a description and a group of its own', async t => {
  const { app } = await build(t)
  const places = placesOf((await app.inject('/openapi.json')).json<Document>())
  t.equal(places.length, 68)
  t.equal(new Set(places.map(({ operation }) => operation.operationId)).size, places.length)
  for (const { operation } of places) {
    t.match(operation.operationId, /^[a-z][A-Za-z]+$/)
    t.match(operation.summary, /^[A-Z].{5,}[^.]$/)
    t.match(operation.description, /^[A-Z].{10,}\.$/s)
    t.equal(operation.tags.length, 1)
  }
})

t.test('no text points to a file that whoever reads it here cannot open', async t => {
  const { app } = await build(t)
  t.strictSame((await app.inject('/openapi.json')).body.match(/[\w/]*\.md\b/g), null)
})

t.test('every request and every answer has an example, which fits its schema', async t => {
  const { app } = await build(t)
  const document = (await app.inject('/openapi.json')).json<Document>()
  const validator = createValidator(document)
  for (const place of placesOf(document)) {
    const { operationId, requestBody, responses } = place.operation
    if (requestBody !== undefined) {
      const { example } = requestBody.content['application/json'] ?? {}
      t.not(example, undefined, `${operationId} has an example request`)
      t.equal(validator.requestBody(place, example), null)
    }
    for (const [status, { content, description }] of Object.entries(responses)) {
      const [type = '', media] = Object.entries(content)[0] ?? []
      t.equal(type, Number(status) < 400 ? 'application/json' : 'application/problem+json')
      t.ok(description.length > 3)
      const shared = document.components.schemas[media?.schema.$ref?.split('/').at(-1) ?? '']?.examples ?? []
      const examples = [media?.example, ...Object.values(media?.examples ?? {}).map(({ value }) => value), ...shared].filter(example => example !== undefined)
      t.ok(examples.length > 0, `${operationId} ${status} has an example`)
      for (const example of examples) t.equal(validator.response(place, Number(status), type, example), null)
    }
  }
})

t.test('every operation tells its errors, by status, with the headers that they bring', async t => {
  const { app } = await build(t)
  for (const { operation, method } of placesOf((await app.inject('/openapi.json')).json<Document>())) {
    const { operationId, responses, security } = operation
    const expected = [['createUser', 'createCaller', 'addCallerKey', 'addCallerPublicKey', 'openUserSession'].includes(operationId) ? '201' : '200', '400', '500', ...(security.length > 0 ? ['401', '503'] : []), ...(method === 'get' ? [] : ['403', '413', '415'])]
    for (const status of expected) t.ok(status in responses, `${operationId} ${status}`)
    if ('401' in responses) t.ok(responses['401']?.headers?.['www-authenticate'])
    if ('503' in responses) t.ok(responses['503']?.headers?.['retry-after'])
    if ('412' in responses) t.ok(responses['412']?.headers?.etag)
  }
})

t.test('Swagger UI is served under a policy that lets nothing in from elsewhere', async t => {
  const { app } = await build(t)
  for (const url of ['/docs', '/docs/', '/docs/static/swagger-ui-bundle.js']) {
    const { statusCode, headers } = await app.inject(url)
    t.equal(statusCode, 200, url)
    const policy = String(headers['content-security-policy'])
    const directives = policy.split('; ').map(text => text.split(' ')[0])
    t.equal(new Set(directives).size, directives.length, 'each directive once: the first one counts')
    t.notMatch(policy, /unsafe|https?:|upgrade-insecure-requests/)
    t.match(policy, "frame-ancestors 'none'")
  }
  t.match((await app.inject('/docs')).body, '<title>Session service</title>')
})
