import type { LightMyRequestResponse } from 'fastify'
import type { Test } from 'tap'
import { problem, type ErrorCode } from '../../src/sessions/errors.ts'

/** Asserts that an answer is a problem of that status and code (RFC 9457), complete, not to be stored, and without a trace of what is behind it. */
export function isProblem (t: Test, response: LightMyRequestResponse, status: number, code: ErrorCode, message = code as string): void {
  const expected = problem(code, '')
  const body = bodyOf(response)
  t.match({ status: response.statusCode, type: response.headers['content-type'] }, { status, type: 'application/problem+json; charset=utf-8' }, `${message}: ${response.body}`)
  t.match(body, { ...expected, status, detail: /^[A-Z].*[.]$/s }, `${message}: the members of the problem`)
  t.equal(response.headers['cache-control'], 'no-store', `${message}: no-store`)
  t.notMatch(response.body, /node_modules|\bat [\w.]+ \(|ReplyError|ERR |evalsha|SELECT /, `${message}: nothing from inside`)
}

/** Like `isProblem`, for a 400 `validation_failed`; `faults` are `part/pointer` texts, all of them, in any order. */
export function isInvalid (t: Test, response: LightMyRequestResponse, faults: string[], message?: string): void {
  isProblem(t, response, 400, 'validation_failed', message)
  const errors: Array<{ in: string, pointer: string, detail: string }> = response.json().errors ?? []
  t.strictSame(new Set(errors.map(fault => fault.in + fault.pointer)), new Set(faults), `${message ?? 'validation'}: every fault with its place`)
  t.ok(errors.every(fault => fault.detail.length > 0), 'each says what is wrong')
}

function bodyOf (response: LightMyRequestResponse): unknown {
  try {
    return response.json()
  } catch {
    return response.body
  }
}
