// Shows in a terminal what happens to a session and to the other devices of its user, and goes on where it was when the connection breaks.
//   SESSIONS_URL=http://127.0.0.1:3000 SESSION_ID=… node examples/live/watch.mjs
import { setTimeout as sleep } from 'node:timers/promises'

const { SESSIONS_URL = 'http://127.0.0.1:3000', SESSION_ID = '' } = process.env
let lastId
let retryMs = 1000
let isOver = false

/** One event, as its lines of text. */
function take (lines) {
  const field = name => lines.find(line => line.startsWith(`${name}: `))?.slice(name.length + 2)
  retryMs = Number(field('retry') ?? retryMs)
  lastId = field('id') ?? lastId
  const type = field('event')
  if (type === undefined || type === 'heartbeat') return
  const { id, sessionId, ...event } = JSON.parse(field('data'))
  console.log(`${sessionId.slice(0, 8)}  ${JSON.stringify(event)}`)
  isOver = type === 'session.revoked'
}

while (!isOver) {
  try {
    const headers = { accept: 'text/event-stream', 'x-session-id': SESSION_ID, ...(lastId !== undefined && { 'last-event-id': lastId }) }
    const response = await fetch(new URL('/session/events', SESSIONS_URL), { headers })
    if (response.status === 401) break
    let text = ''
    for await (const chunk of response.body.pipeThrough(new TextDecoderStream())) {
      const events = (text + chunk).split('\n\n')
      text = events.pop()
      for (const event of events) take(event.split('\n'))
    }
  } catch {
    // It is tried again.
  }
  if (!isOver) await sleep(retryMs)
}
console.log('The session has ended.')
