import { Type } from '@sinclair/typebox'
import { problem, type ErrorCode } from '../sessions/errors.ts'

/** The response entries of these codes: one per status, with an example of each code. */
export function problems (...codes: ErrorCode[]) {
  const byStatus: Record<number, ReturnType<typeof response>> = {}
  for (const status of new Set(codes.map(code => problem(code, '').status))) {
    byStatus[status] = response(codes.filter(code => problem(code, '').status === status))
  }
  return byStatus
}

function response (codes: ErrorCode[]) {
  const examples = Object.fromEntries(codes.map(code => [code, { value: problem(code, 'What happened, and what to do.') }]))
  return {
    description: codes.map(code => `\`${code}\``).join(', '),
    content: { 'application/problem+json': { schema: Type.Unsafe<never>({ $ref: 'Problem#' }), examples } }
  }
}
