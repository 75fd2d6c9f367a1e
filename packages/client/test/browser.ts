/** What a page shows: all of it is JSON. */
export interface Shown { status: number, body: Record<string, unknown>, cookie: string | null }

/** A browser: it keeps one cookie, and sends it. */
export function createBrowser (url: string, cookie = '') {
  async function send (method: string, path: string): Promise<Shown> {
    const sent = cookie
    const response = await fetch(`${url}${path}`, { method, headers: sent === '' ? {} : { cookie: sent } })
    const [set] = response.headers.getSetCookie()
    if (set !== undefined) cookie = set.split(';')[0] ?? ''
    return { status: response.status, body: await response.json() as Record<string, unknown>, cookie: set ?? null }
  }
  return {
    get: (path: string) => send('GET', path),
    post: (path: string) => send('POST', path),
    cookie: () => cookie,
    /** The same browser, as it finds the application under another address. */
    at: (other: string) => createBrowser(other, cookie)
  }
}
