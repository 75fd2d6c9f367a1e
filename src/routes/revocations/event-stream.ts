import { Readable } from 'node:stream'
import type { Reader } from '../../revocations/feed.ts'
import type { WholePage } from '../../revocations/revocation.ts'
import { answerOf } from './answer.ts'

/** What may wait for a reader that is slow (bytes). One that lets more wait is cut off, and goes on where it was. */
const MOST_WAITING = 1024 * 1024

/** After how long whoever is cut off comes back (ms). */
const RETRY_MS = 1000

/** How long a reader has to take the rest when it is over; one that does not would hold up a stop. */
const LAST_WORDS_MS = 500

export interface EventStream {
  body: Readable
  /** Goes on with what comes behind the first page. */
  follow: (follow: (reader: Reader) => () => void) => void
}

/** Pages as server-sent events (HTML standard, section 9.2). `check` ends it by throwing, `cut` ends the connection. */
export function eventStream (page: WholePage, check: () => void, cut: () => void): EventStream {
  let stop = (): void => {}
  let hasRoom = (): void => {}
  const body = new Readable({
    read () { hasRoom() },
    destroy (error, done) {
      stop()
      hasRoom()
      done(error)
    }
  })
  body.push(`retry: ${RETRY_MS}\n\n${eventOf(page)}`)

  return {
    body,
    follow (follow) {
      stop = follow({
        take (next) {
          check()
          if (body.push(eventOf(next))) return Promise.resolve()
          if (body.readableLength > MOST_WAITING) body.destroy()
          return new Promise(resolve => {
            hasRoom = resolve
            if (body.destroyed) resolve()
          })
        },
        end () {
          body.push(null)
          setTimeout(cut, LAST_WORDS_MS).unref()
        }
      })
      if (body.destroyed) stop()
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
