import { STATUS_CODES } from 'node:http'
import t from 'tap'
import { ServiceError, errorCodes, problem, serviceError } from '../../src/sessions/errors.ts'

/** Renamed by RFC 9110. */
const renamed: Record<number, string> = { 413: 'Content Too Large', 422: 'Unprocessable Content' }

t.test('every code has an HTTP status, its title and a sentence; no two say the same', t => {
  const sentences = new Set<string>()
  for (const code of errorCodes) {
    const body = problem(code, 'What happened.')
    const title = renamed[body.status] ?? STATUS_CODES[body.status]
    t.match(body, { type: `urn:session-service:problem:${code}`, title, code, detail: 'What happened.' }, code)
    t.ok(body.status >= 400 && body.status < 600)
    sentences.add(body.error)
  }
  t.equal(sentences.size, errorCodes.length)
  t.end()
})

t.test('callers read the promised sentences', t => {
  t.equal(problem('no_session', '').error, 'No session ID provided')
  t.equal(problem('invalid_session', '').error, 'Invalid or expired session')
  t.end()
})

t.test('a problem carries what the thrower adds', t => {
  t.match(problem('data_limit_exceeded', 'Too big.', { cap: 'DATA_MAX_KEYS', max: 64 }), { status: 413, cap: 'DATA_MAX_KEYS', max: 64 })
  t.end()
})

t.test('an error of the table knows its code, detail, extras, headers and cause', t => {
  const cause = new Error('deeper')
  const error = serviceError('version_conflict', 'Read it again.', { extras: { currentETag: '"2"' }, headers: { etag: '"2"' }, cause })
  t.ok(error instanceof ServiceError && error instanceof Error)
  t.match(error, { name: 'ServiceError', code: 'version_conflict', message: 'Read it again.', extras: { currentETag: '"2"' }, headers: { etag: '"2"' }, cause })
  t.strictSame([serviceError('no_session', '').extras, serviceError('no_session', '').headers], [{}, {}])
  t.end()
})
