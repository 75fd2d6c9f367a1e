import type { FastifyRequest } from 'fastify'
import { serviceError } from '../../sessions/errors.ts'
import type { IsHttps } from './scheme.ts'

type Coming = Pick<FastifyRequest, 'headers' | 'protocol'>

/** Changes nothing (RFC 9110 section 9.2.1), so that it does no harm from wherever it comes. */
export function isSafe (method: string): boolean {
  return ['GET', 'HEAD', 'OPTIONS'].includes(method)
}

/**
 * Makes the check that a request which a browser sends with its cookies was meant by its user, and not made by another site.
 * `Sec-Fetch-Site` says so, which no page can set. Other origins have to be on the list. Without that header, as from old browsers
 * and on plain HTTP, the service's own origin counts as listed: its scheme, and the host that the browser asked for.
 * X-Forwarded-Host has no say.
 */
export function createSiteCheck ({ isHttps, origins }: { isHttps: IsHttps, origins: readonly string[] }) {
  const isOwn = (request: Coming) => request.headers.origin === `${isHttps(request) ? 'https' : 'http'}://${request.headers.host?.toLowerCase()}`

  function isMeant (request: Coming): boolean {
    const { 'sec-fetch-site': site, origin } = request.headers
    if (site === 'same-origin' || site === 'none') return true
    if (origin !== undefined && origins.includes(origin)) return true
    return site === undefined && isOwn(request)
  }

  /** @throws ServiceError `cross_site_request` */
  return function assertOwnSite (request: Coming): void {
    if (!isMeant(request)) throw serviceError('cross_site_request', 'A request with the session cookie that changes something has to come from a page of this service or of an origin in CORS_ORIGINS. Other clients send x-session-id.')
  }
}
