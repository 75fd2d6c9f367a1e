import type { FastifyReply, FastifyRequest } from 'fastify'
import type { SessionTimes } from '../../sessions/session.ts'
import type { IsHttps } from './scheme.ts'

type Presenting = Pick<FastifyRequest, 'headers' | 'protocol'>

/** `__Host-`: browsers take it only from this host, by HTTPS and for all paths, so that no neighbour can plant one. */
export const SECURE_NAME = '__Host-session'
const PLAIN_NAME = 'session'

export type SessionCookie = ReturnType<typeof createSessionCookie>

/**
 * The credential as a cookie (RFC 6265): `__Host-session` where browsers come by HTTPS, `session` where they do not. The
 * other name is not looked at. It lasts as long as the browser does, for a remembered login as long as the session may; what ends the
 * session is the service.
 */
export function createSessionCookie (isHttps: IsHttps) {
  const nameFor = (request: Presenting) => isHttps(request) ? SECURE_NAME : PLAIN_NAME

  function set (request: Presenting, reply: FastifyReply, value: string, lifetime = ''): void {
    const name = nameFor(request)
    const secure = isHttps(request) ? '; Secure' : ''
    const others = [reply.getHeader('set-cookie') ?? []].flat().map(String).filter(cookie => !cookie.startsWith(`${name}=`))
    // One cookie of a name: what is set last counts.
    reply.removeHeader('set-cookie')
    for (const cookie of [...others, `${name}=${value}; Path=/${lifetime}; HttpOnly${secure}; SameSite=Lax`]) reply.header('set-cookie', cookie)
  }

  /** What the request's cookies of that name hold: more than one if somebody planted another. */
  function valuesIn (request: Presenting): string[] {
    const { headers: { cookie } } = request
    return cookie === undefined ? [] : valuesOf(cookie, nameFor(request))
  }

  return {
    valuesIn,

    /** Puts the credential into the browser; `remembered` are the times of a session that outlives the browser. */
    give (request: Presenting, reply: FastifyReply, credential: string, remembered?: SessionTimes): void {
      const maxAge = remembered && Math.max(0, Math.floor((remembered.absoluteDeadlineMs - Date.now()) / 1000))
      set(request, reply, credential, maxAge === undefined ? '' : `; Max-Age=${maxAge}`)
    },

    /**
     * Takes the cookie out of the browser if the request came with it, and back what the answer would have given instead. For answers that end the session because the user asked
     * for it; after a 401 it would hit the cookie of a login that another tab has made since.
     */
    clear (request: Presenting, reply: FastifyReply): boolean {
      reply.removeHeader('x-session-id')
      if (valuesIn(request).length === 0) return false
      set(request, reply, '', '; Max-Age=0')
      return true
    }
  }
}

/**
 * All values of a name, empty ones left out. Names are compared byte by byte, and only the spaces of RFC 6265 are dropped: a parser that
 * drops or folds more takes a name for `__Host-…` that the browser did not protect as such.
 */
function valuesOf (header: string, name: string): string[] {
  return header.split(/;[ \t]*/).filter(pair => pair.startsWith(`${name}=`)).map(pair => pair.slice(name.length + 1)).filter(value => value !== '')
}
