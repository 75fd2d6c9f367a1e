import { createCart } from '../../cart.mjs'
import { client, service } from './service.mjs'

const ARTICLES = { mug: 'Mug', tea: 'Tea', spoon: 'Spoon' }
const LINE = 'cart.'
/** Where a guest's cart is, in the data of the anonymous session: the login takes that along. */
const GUEST = 'guest-cart'

/** The cart of a guest is in the session, that of a user in what all devices share. */
export function createCartPanel (section, { act }) {
  const find = selector => section.querySelector(selector)
  const shared = createCart(service.url, undefined, service)
  const outputs = {}
  let lines = {}
  let version = 0
  let guestId = null
  let saving = Promise.resolve()

  for (const [article, name] of Object.entries(ARTICLES)) {
    const item = find('template').content.firstElementChild.cloneNode(true)
    item.querySelector('.name').textContent = name
    outputs[article] = item.querySelector('output')
    for (const [selector, quantity, label] of [['.less', -1, 'One less: '], ['.more', 1, 'One more: ']]) {
      const button = item.querySelector(selector)
      button.setAttribute('aria-label', label + name)
      button.addEventListener('click', () => act(() => add(article, quantity)))
    }
    find('ul').append(item)
  }

  function draw () {
    for (const article of Object.keys(ARTICLES)) outputs[article].textContent = lines[article] ?? 0
    const total = Object.keys(ARTICLES).reduce((sum, article) => sum + (lines[article] ?? 0), 0)
    find('.total').textContent = `${total} in the cart`
  }

  async function add (article, quantity) {
    if ((lines[article] ?? 0) + quantity < 0) return
    // What it makes of the sum is told as an event, in the same order to all devices.
    if (guestId === null) return shared.add(article, quantity)
    lines = { ...lines, [article]: (lines[article] ?? 0) + quantity }
    saving = saving.catch(() => {}).then(() => client.putSessionData({ body: { key: GUEST, value: { id: guestId, lines } } }))
    await saving
    draw()
  }

  async function read () {
    const { headers, body } = await client.getUserData()
    const readVersion = Number(headers.get('etag').replaceAll('"', ''))
    // An event was faster.
    if (readVersion < version) return read()
    version = readVersion
    lines = Object.fromEntries(Object.entries(body.data).filter(([key]) => key.startsWith(LINE)).map(([key, quantity]) => [key.slice(LINE.length), quantity]))
    draw()
  }

  const guestCart = async () => (await client.getSessionData()).body.data[GUEST]

  return {
    async openForGuest () {
      const kept = await guestCart()
      guestId = kept?.id ?? crypto.randomUUID()
      lines = kept?.lines ?? {}
      section.hidden = false
      find('.whose').textContent = 'Kept for this window; it comes along when you log in.'
      draw()
    },

    async openForUser () {
      guestId = null
      const kept = await guestCart()
      if (kept) {
        await shared.merge(kept.id, kept.lines)
        await client.deleteSessionDataKey({ params: { key: GUEST } })
      }
      await read()
      section.hidden = false
      find('.whose').textContent = 'Shared by all devices of the account.'
    },

    take (event) {
      if (event.type !== 'data.changed' || event.scope !== 'user' || !event.key.startsWith(LINE) || event.version < version) return
      version = event.version
      lines = { ...lines, [event.key.slice(LINE.length)]: event.value ?? 0 }
      draw()
    },

    read,

    close () {
      section.hidden = true
      lines = {}
      version = 0
    }
  }
}
