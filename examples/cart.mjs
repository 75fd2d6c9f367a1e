// A cart that belongs to the user: what the phone and the laptop put in at the same moment is all there, and it is still there after a logout.
// A line is a key of its own, `cart.<article>`, and its value the quantity.
//   import { createCart } from './cart.mjs'
//   const cart = createCart('http://127.0.0.1:3000', sessionId)
// In a page by cookie, `fetch` sends that: createCart(url, undefined, { fetch: (address, init) => fetch(address, { ...init, credentials: 'include' }) })

const LINE = 'cart.'
/** Ids of guests whose carts have come in. */
const MERGED = 'merged-carts'

export function createCart (url, sessionId, { fetch = globalThis.fetch } = {}) {
  async function ask (method, path, body, headers = {}) {
    const response = await fetch(`${url}${path}`, {
      method,
      headers: { ...sessionId && { 'x-session-id': sessionId }, ...headers, ...body && { 'content-type': 'application/json' } },
      body: body && JSON.stringify(body)
    })
    return { status: response.status, etag: response.headers.get('etag'), answer: await response.json() }
  }

  function done ({ status, answer }) {
    if (status !== 200) throw new Error(`${answer.code}: ${answer.detail}`)
    return answer
  }

  return {
    /** Puts so many of an article in, or with a negative number takes them out. */
    async add (article, quantity) {
      done(await ask('POST', '/me/data/operations', { operations: [{ op: 'increment', key: LINE + article, value: quantity }] }))
    },

    /** Quantities by article. */
    async lines () {
      const { data } = done(await ask('GET', '/me/data'))
      return Object.fromEntries(Object.entries(data).filter(([key, quantity]) => key.startsWith(LINE) && quantity > 0).map(([key, quantity]) => [key.slice(LINE.length), quantity]))
    },

    /**
     * Takes over the cart of a guest who has logged in. The rule: quantities of an article are added. Once for each guest, however often it is asked for and
     * wherever: the request takes effect only if nothing has changed since it was seen that this guest's cart is not in yet.
     */
    async merge (guestId, lines) {
      for (;;) {
        const seen = await ask('GET', '/me/data')
        if (done(seen).data[MERGED]?.includes(guestId)) return
        const operations = Object.entries(lines).map(([article, quantity]) => ({ op: 'increment', key: LINE + article, value: quantity }))
        const written = await ask('POST', '/me/data/operations', { operations: [...operations, { op: 'addToSet', key: MERGED, value: guestId }] }, { 'if-match': seen.etag })
        if (written.status !== 412) {
          done(written)
          return
        }
      }
    },

    /** After a login that took a guest's session over with its data (`anonymousSession`): the cart that came along in this session becomes the user's. */
    async bringIn (guestId) {
      const { data } = done(await ask('GET', '/session/data'))
      const lines = Object.entries(data).filter(([key]) => key.startsWith(LINE))
      await this.merge(guestId, Object.fromEntries(lines.map(([key, quantity]) => [key.slice(LINE.length), quantity])))
      for (const [key] of lines) done(await ask('DELETE', `/session/data/${key}`))
    }
  }
}
