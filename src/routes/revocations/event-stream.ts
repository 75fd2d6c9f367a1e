import type { Readable } from 'node:stream'
import type { Reader } from '../../revocations/feed.ts'
import type { WholePage } from '../../revocations/revocation.ts'
import { createStreamBody } from '../stream-body.ts'
import { answerOf } from './answer.ts'

/** After how long whoever is cut off comes back (ms). */
const RETRY_MS = 1000

export interface EventStream {
  body: Readable
  /** Goes on with what comes behind the first page. */
  follow: (follow: (reader: Reader) => () => void) => void
}

/** Pages as server-sent events. `check` ends it by throwing, `cut` ends the connection. */
export function eventStream (page: WholePage, check: () => void, cut: () => void): EventStream {
  const { body, push, end, onClose } = createStreamBody(cut)
  body.push(`retry: ${RETRY_MS}\n\n${eventOf(page)}`)

  return {
    body,
    follow (follow) {
      onClose(follow({
        take (next) {
          check()
          return push(eventOf(next))
        },
        end
      }))
    }
  }
}

/** One text for all readers of a page. */
const texts = new WeakMap<WholePage, string>()

function eventOf (page: WholePage): string {
  const known = texts.get(page)
  if (known !== undefined) return known
  const text = `id: ${page.position}\nevent: ${page.revocations.length === 0 ? 'heartbeat' : 'revocations'}\ndata: ${JSON.stringify(answerOf(page))}\n\n`
  texts.set(page, text)
  return text
}
