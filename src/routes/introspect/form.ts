import { serviceError } from '../../sessions/errors.ts'

type Done = (error: Error | null, body?: Record<string, string>) => void

/** The members of a form. RFC 6749 section 3.1: none may come twice. */
export function parseForm (text: string, done: Done): void {
  const members = [...new URLSearchParams(text)]
  if (new Set(members.map(([name]) => name)).size < members.length) return done(serviceError('malformed_request', 'The form has a member twice. Send each once.'))
  done(null, Object.fromEntries(members))
}
