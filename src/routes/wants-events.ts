import type { FastifyRequest } from 'fastify'

/** Whether the answer is to go on, as server-sent events. */
export function wantsEvents ({ headers: { accept = '' } }: Pick<FastifyRequest, 'headers'>): boolean {
  return accept.split(',').some(type => type.split(';')[0]?.trim().toLowerCase() === 'text/event-stream')
}
