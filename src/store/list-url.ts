/** A REDIS_URL that names several servers. */
export interface ListUrl {
  nodes: Array<{ host: string, port: number }>
  username: string | undefined
  password: string | undefined
  /** Behind the slash: for Sentinel the master's name and the database. */
  path: string
  query: URLSearchParams
  /** Set for `rediss+…`; certificates are verified as Node does it. */
  tls: object | undefined
}

const SYNTAX = /^([^:]+):\/\/(?:([^:@/]*):([^@/]*)@)?([^/?]+)\/?([^?]*)\??(.*)$/

/**
 * `scheme://user:password@host:port,host:port/path?query`: what the URL standard has no form for.
 * @throws if there is no host in it; the message does not repeat it, it may hold a password
 */
export function parseListUrl (text: string, defaultPort: number): ListUrl {
  const [, scheme, username, password, hosts, path = '', query] = SYNTAX.exec(text) ?? []
  if (hosts === undefined) throw new Error('REDIS_URL names no host, such as redis+cluster://host:6379,host:6380')
  return {
    nodes: hosts.split(',').map(entry => nodeOf(entry, defaultPort)),
    username: decoded(username),
    password: decoded(password),
    path,
    query: new URLSearchParams(query),
    tls: scheme?.startsWith('rediss') ? {} : undefined
  }
}

function nodeOf (entry: string, defaultPort: number): { host: string, port: number } {
  const [host = '', port] = entry.split(/:(\d+)$/)
  return { host: host.replace(/^\[|\]$/g, ''), port: port === undefined ? defaultPort : Number(port) }
}

function decoded (text: string | undefined): string | undefined {
  return text === undefined || text === '' ? undefined : decodeURIComponent(text)
}
