import type { FastifyReply, FastifyRequest } from 'fastify'
import type { IsHttps } from './scheme.ts'

/** As much of a request as tells which cookie it should have and has. */
export type Presenting = Pick<FastifyRequest, 'headers' | 'protocol'>

export type HostCookie = ReturnType<typeof createHostCookie>

/**
 * A cookie for this host alone (RFC 6265): `__Host-<name>` where browsers come by HTTPS, `<name>` where they do not. The other name is
 * not looked at. `__Host-`: browsers take it only from this host, by HTTPS and for all paths, so that no neighbour can plant one.
 */
export function createHostCookie (isHttps: IsHttps, name: string) {
  const nameFor = (request: Presenting) => isHttps(request) ? `__Host-${name}` : name

  return {
    /** What the request's cookies of that name hold: more than one if somebody planted another. */
    valuesIn (request: Presenting): string[] {
      const { headers: { cookie } } = request
      return cookie === undefined ? [] : valuesOf(cookie, nameFor(request))
    },

    /** Puts a value into the browser, for as long as that runs unless `maxAgeSeconds` says otherwise. */
    set (request: Presenting, reply: FastifyReply, value: string, maxAgeSeconds?: number): void {
      const lifetime = maxAgeSeconds === undefined ? '' : `; Max-Age=${maxAgeSeconds}`
      const secure = isHttps(request) ? '; Secure' : ''
      const ownName = nameFor(request)
      const others = [reply.getHeader('set-cookie') ?? []].flat().map(String).filter(cookie => !cookie.startsWith(`${ownName}=`))
      // One cookie of a name: what is set last counts.
      reply.removeHeader('set-cookie')
      for (const cookie of [...others, `${ownName}=${value}; Path=/${lifetime}; HttpOnly${secure}; SameSite=Lax`]) reply.header('set-cookie', cookie)
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
