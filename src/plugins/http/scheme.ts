import type { FastifyRequest } from 'fastify'

/** Whether a browser reached the service by HTTPS. */
export type IsHttps = (request: Pick<FastifyRequest, 'protocol' | 'headers'>) => boolean

/**
 * `always` is what the operator says of this service. Otherwise the request tells, and `X-Forwarded-Proto` is believed from
 * anybody: HTTPS only makes the rules for cookies stricter, and nothing that a request says makes them looser.
 */
export function httpsWhen (always: boolean): IsHttps {
  return ({ protocol, headers }) => always || protocol === 'https' || /\bhttps\b/i.test(String(headers['x-forwarded-proto']))
}
