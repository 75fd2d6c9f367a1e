import { client } from './service.mjs'

/** There is no event for who goes online or offline. A read is a use of the session: only while somebody looks at the page. */
const LOOK_MS = 5000
/** A device that has just joined is about to connect. */
const SOON_MS = 700

/** The list of devices: who is online, which one this is, and a name or an end for each. */
export function createDevices (section, { act, say }) {
  const list = section.querySelector('ul')
  const template = section.querySelector('template')
  const dialog = document.querySelector('#rename')
  const rows = new Map()
  const names = new Map()
  let timer
  let isReading = false
  let isStale = false

  function row ({ sessionId }) {
    const known = rows.get(sessionId)
    if (known) return known
    const item = template.content.firstElementChild.cloneNode(true)
    item.querySelector('.rename').addEventListener('click', () => askName(sessionId))
    item.querySelector('.end').addEventListener('click', () => act(() => client.endSession({ params: { sessionId } })))
    rows.set(sessionId, item)
    return item
  }

  function show (device) {
    const item = row(device)
    const name = device.deviceName ?? device.device.browser ?? 'A device'
    names.set(device.sessionId, name)
    item.querySelector('.name').textContent = name
    item.querySelector('.this').hidden = !device.current
    item.querySelector('.presence').textContent = device.online ? 'online' : 'offline'
    item.querySelector('.presence').dataset.online = String(device.online)
    item.querySelector('.rename').setAttribute('aria-label', `Rename ${name}`)
    item.querySelector('.end').setAttribute('aria-label', `Sign out ${name}`)
    item.querySelector('.end').hidden = device.current
    return item
  }

  /** In the order of the list; rows that stay are not touched, so neither is the keyboard's place in them. */
  function draw (devices) {
    const items = devices.map(show)
    for (const [id, item] of rows) {
      if (items.includes(item)) continue
      item.remove()
      rows.delete(id)
    }
    for (const [place, item] of items.entries()) if (list.children[place] !== item) list.insertBefore(item, list.children[place] ?? null)
  }

  /** Reads the list, and once more if something has happened meanwhile. */
  async function read () {
    isStale = true
    if (isReading) return
    isReading = true
    try {
      while (isStale) {
        isStale = false
        const { body } = await client.listSessions({ query: { limit: '100' } })
        draw(body.sessions)
      }
    } finally {
      isReading = false
    }
  }

  function askName (sessionId) {
    const input = dialog.querySelector('input')
    input.value = names.get(sessionId)
    dialog.returnValue = ''
    dialog.showModal()
    input.select()
    dialog.onclose = () => {
      if (dialog.returnValue === 'save') act(() => client.renameSession({ params: { sessionId }, body: { deviceName: input.value.trim() } }))
    }
  }

  const look = () => { if (!section.hidden && !document.hidden) read().catch(() => {}) }

  return {
    nameOf: sessionId => names.get(sessionId) ?? 'another device',

    async open () {
      section.hidden = false
      await read()
      timer = setInterval(look, LOOK_MS)
    },

    async take (event) {
      if (!event.type.startsWith('device.')) return
      const before = names.get(event.sessionId)
      await read()
      if (event.type === 'device.joined') setTimeout(look, SOON_MS)
      if (event.type === 'device.joined') say(`${names.get(event.sessionId) ?? 'A device'} has joined`)
      if (event.type === 'device.left') say(`${before ?? 'A device'} has left`)
      if (event.type === 'device.renamed') say(`${before ?? 'A device'} is now ${event.deviceName}`)
    },

    read,

    close () {
      clearInterval(timer)
      section.hidden = true
      draw([])
      names.clear()
    }
  }
}
