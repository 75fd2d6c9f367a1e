/** Lets what is done under one name happen one after the other. */
export function createTurns () {
  const last = new Map<string, Promise<unknown>>()

  return async function inTurn<Result> (name: string, act: () => Promise<Result>): Promise<Result> {
    const before = last.get(name)
    const mine = before === undefined ? act() : before.then(act, act)
    last.set(name, mine)
    try {
      return await mine
    } finally {
      if (last.get(name) === mine) last.delete(name)
    }
  }
}
