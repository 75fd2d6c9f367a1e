import { Readable } from 'node:stream'
import type { Reader } from '../../revocations/feed.ts'
import type { RevocationPage } from '../../revocations/revocation.ts'
import { answerOf } from './answer.ts'

/** What may wait for a reader that is slow (bytes). One that lets more wait is cut off, and goes on where it was. */
const MOST_WAITING = 1024 * 1024

/** After how long whoever is cut off comes back (ms). */
const RETRY_MS = 1000

export interface EventStream {
  body: Readable
  /** Goes on with what comes behind `page`. */
  follow: (follow: (reader: Reader) => () => void) => void
}

/** Pages as server-sent events (HTML standard, section 9.2). `check` ends it by throwing. */
export function eventStream (page: RevocationPage, check: () => void): EventStream {
  let stop = (): void => {}
  const body = new Readable({
    read () {},
    destroy (error, done) {
      stop()
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
          body.push(eventOf(next))
          if (body.readableLength > MOST_WAITING) body.destroy()
        },
        end: () => body.push(null)
      })
      if (body.destroyed) stop()
    }
  }
}

/** One text for all readers of a page. */
const texts = new WeakMap<RevocationPage, string>()

function eventOf (page: RevocationPage): string {
  const known = texts.get(page)
  if (known !== undefined) return known
  const text = `id: ${page.position}\nevent: ${page.revocations.length === 0 ? 'heartbeat' : 'revocations'}\ndata: ${JSON.stringify(answerOf(page))}\n\n`
  texts.set(page, text)
  return text
}
