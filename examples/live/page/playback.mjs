import { client } from './service.mjs'

const params = { channel: 'playback' }
const REPORT_MS = 2000
const DRAW_MS = 250
const TRACK = { track: 'Étude in E minor', lengthMs: 180_000, positionMs: 0 }

/** What one device at a time does. The clock stands for the sound: take your own player in its place. */
export function createPlayback (section, { act, say, nameOf }) {
  const find = selector => section.querySelector(selector)
  let known = { version: 0, holder: null, current: false, state: null }
  let shownAtMs = 0
  let timers = []

  /** Where the track is now: what was last reported, and the time since, as long as somebody plays. */
  function position () {
    const { positionMs, lengthMs } = known.state ?? TRACK
    const sinceMs = known.holder === null ? 0 : performance.now() - shownAtMs
    return Math.min(positionMs + sinceMs, lengthMs)
  }

  function draw () {
    const { track, lengthMs } = known.state ?? TRACK
    find('strong').textContent = track
    find('.position').textContent = `${time(position())} of ${time(lengthMs)}`
    find('progress').value = position() / lengthMs
  }

  function show (answer) {
    const holder = answer.current ? 'Playing on this device' : answer.holder === null ? 'Nothing is playing' : `Playing on ${nameOf(answer.holder)}`
    known = answer
    shownAtMs = performance.now()
    if (find('.holder').textContent !== holder) find('.holder').textContent = holder
    find('.stop').hidden = !answer.current
    find('.play').hidden = answer.current
    draw()
  }

  const read = async () => show((await client.getActive({ params })).body)

  /** Who plays says every two seconds where it is, unless another device has taken over since. */
  async function report () {
    if (!known.current) return
    const { version, state } = known
    try {
      show((await client.takeActive({ params, body: { ifVersion: version, state: { ...state, positionMs: Math.round(position()) } } })).body)
    } catch (error) {
      if (error.code === 'version_conflict') await read()
    }
  }

  /** Goes on where the other device is: its last report stays the state. */
  async function play () {
    show((await client.takeActive({ params, body: known.state === null ? { state: TRACK } : {} })).body)
    find('.stop').focus()
  }

  async function stop () {
    await report()
    if (known.current) await client.releaseActive({ params })
    await read()
    find('.play').focus()
  }

  find('.play').addEventListener('click', () => act(play))
  find('.stop').addEventListener('click', () => act(stop))

  return {
    async open () {
      section.hidden = false
      await read()
      timers = [setInterval(() => report().catch(() => {}), REPORT_MS), setInterval(draw, DRAW_MS)]
    },

    /** Stops at once when another device has taken over; reads the rest only if the holder is another one, not each time that it reports. */
    async take (event) {
      if (event.type === 'device.left' && event.sessionId === known.holder) return read()
      if (event.type === 'device.renamed') return show(known)
      if (event.type !== 'active.changed' || event.channel !== params.channel || event.version < known.version || event.holder === known.holder) return
      const wasPlaying = known.current
      show({ ...known, version: event.version, holder: event.holder, current: false })
      await read()
      if (wasPlaying && event.holder !== null) say(`${nameOf(event.holder)} has taken over, playback stopped here`)
    },

    read,

    close () {
      for (const timer of timers) clearInterval(timer)
      section.hidden = true
      known = { version: 0, holder: null, current: false, state: null }
    }
  }
}

function time (ms) {
  const seconds = Math.floor(ms / 1000)
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`
}
