import fp from 'fastify-plugin'
import { allowedOrigins, type ServiceConfig } from '../config.ts'
import { createHostCookie, type HostCookie } from './http/host-cookie.ts'
import { createOriginCheck, createSiteCheck } from './http/own-site.ts'
import { httpsWhen } from './http/scheme.ts'
import { createSessionCookie, type SessionCookie } from './http/session-cookie.ts'

declare module 'fastify' {
  interface FastifyInstance {
    sessionCookie: SessionCookie
    /** Holds the device token, and stays when the session ends. */
    deviceCookie: HostCookie
    /** @throws ServiceError `cross_site_request` if another site may have made this request */
    assertOwnSite: (request: FastifyRequest) => void
    /** @throws ServiceError `cross_site_request` if it is not known to come from a page of the service or of CORS_ORIGINS */
    assertOwnOrigin: (request: FastifyRequest) => void
  }
}

/** The credential in a cookie, for browsers, and the check of where a request with it comes from. */
export default fp<{ config: ServiceConfig }>(async (app, { config }) => {
  const isHttps = httpsWhen(config.COOKIE_SECURE)
  app.decorate('sessionCookie', createSessionCookie(isHttps))
  app.decorate('deviceCookie', createHostCookie(isHttps, 'device'))
  app.decorate('assertOwnOrigin', createOriginCheck({ isHttps, origins: allowedOrigins(config.CORS_ORIGINS) }))
  app.decorate('assertOwnSite', createSiteCheck({ isHttps, origins: allowedOrigins(config.CORS_ORIGINS) }))
}, { name: 'cookie-mode' })
