import type { LightMyRequestResponse } from 'fastify'
import type { createValidator } from './validator.ts'
import type { Place } from './document.ts'
import type { Input } from './inputs.ts'

/** What every operation may answer beside what it documents: its path parameter made the URL another one. */
const general = [404, 405]

/** What is wrong with an answer, or null: a 5xx, a status or a type that is not documented, a body that does not fit its schema. */
export function judge (place: Place, { body }: Input, response: LightMyRequestResponse, validator: ReturnType<typeof createValidator>): string | null {
  const status = response.statusCode
  if (status >= 500) return `answered ${status}`
  const type = String(response.headers['content-type']).replace(/;.*$/, '')
  const documented = place.operation.responses[status]
  if (documented === undefined && !general.includes(status)) return `answered ${status}, which is not documented`
  if (documented !== undefined && !(type in documented.content)) return `answered ${status} as ${type}`
  if (documented === undefined && type !== 'application/problem+json') return `answered ${status} as ${type}`
  const answer = parsed(response.body)
  const fault = documented === undefined ? validator.component('Problem', answer) : validator.response(place, status, type, answer)
  if (fault !== null) return `answered ${status} with a body that does not fit: ${fault}`
  // A reader may ignore a byte order mark (RFC 8259 section 8.1).
  if (status < 300 && place.operation.requestBody !== undefined) return misjudged(validator.requestBody(place, parsed((body?.text ?? '').replace(/^\ufeff/, ''))))
  return null
}

function misjudged (fault: string | null): string | null {
  return fault === null ? null : `accepted a body that the document refuses: ${fault}`
}

function parsed (text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
