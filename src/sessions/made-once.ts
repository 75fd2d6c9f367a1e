import type { Session } from './session.ts'

/** The same function, asked once of each verdict that is repeated: the next requests of its life find what it made. */
export function madeOnce<Made extends object | string, More extends unknown[]> (make: (session: Session, ...more: More) => Made): (session: Session, ...more: More) => Made {
  return (session, ...more) => {
    const before = session.made?.get(make)
    if (before !== undefined) return before as Made
    const made = make(session, ...more)
    session.made?.set(make, made)
    return made
  }
}
