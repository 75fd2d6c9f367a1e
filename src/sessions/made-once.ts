import type { Facts } from './session.ts'

let functions = 0

/** The same function, asked once of facts that stay the same: the next requests find what it made. Make it once and for all: each has its place in every session. */
export function madeOnce<Made extends object | string, More extends unknown[], Of extends Pick<Facts, 'made'> = Facts> (make: (session: Of, ...more: More) => Made): (session: Of, ...more: More) => Made {
  const place = functions++
  return (session, ...more) => {
    const { made } = session
    if (made === undefined) return make(session, ...more)
    const before = made[place]
    if (before !== undefined) return before as Made
    const now = make(session, ...more)
    made[place] = now
    return now
  }
}
