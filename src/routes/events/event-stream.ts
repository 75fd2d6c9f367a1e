import type { Readable } from 'node:stream'
import type { Connection } from '../../events/hub.ts'
import type { LiveEvent, Outlet } from '../../events/listener.ts'
import { createStreamBody } from '../stream-body.ts'

/** After how long whoever is cut off comes back (ms). */
const RETRY_MS = 1000

/** Events as server-sent events; `join` makes the connection, `cut` ends it. */
export function eventStream (heartbeatMs: number, join: (outlet: Outlet) => Connection, cut: () => void): Readable {
  const { body, push, end, onClose } = createStreamBody(cut)
  const connection = join({
    send: event => { push(textOf(event)) },
    end (ending) {
      clearInterval(timer)
      if (ending.kind === 'restart') push(`retry: ${ending.retryMs}\n\n`)
      end()
    }
  })
  const timer = setInterval(() => push('event: heartbeat\ndata: {"type":"heartbeat"}\n\n'), heartbeatMs).unref()
  push(`retry: ${RETRY_MS}\n\n`)
  onClose(() => {
    clearInterval(timer)
    connection.leave()
  })
  return body
}

function textOf ({ id, type, text }: LiveEvent): string {
  return `id: ${id}\nevent: ${type}\ndata: ${text}\n\n`
}
