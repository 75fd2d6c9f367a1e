/** Answers of each half, unless it is said: when the younger one is full it becomes the older one, and what was that is forgotten. */
const MOST = 10_000

/**
 * The same function of a text, for which at least the last `most` answers are kept, at most twice as many: those that are null are found anew.
 * In two halves, because every request asks here, and a list that is put in order at each question costs more than the answer.
 */
export function remembered<T extends object | string> (find: (text: string) => T, most?: number): (text: string) => T
export function remembered<T extends object | string> (find: (text: string) => T | null, most?: number): (text: string) => T | null
export function remembered<T extends object | string> (find: (text: string) => T | null, most = MOST) {
  let older = new Map<string, T>()
  let younger = new Map<string, T>()

  function keep (text: string, answer: T): T {
    if (younger.size === most) [older, younger] = [younger, new Map<string, T>()]
    younger.set(text, answer)
    return answer
  }

  return (text: string): T | null => {
    const known = younger.get(text)
    if (known !== undefined) return known
    const before = older.get(text)
    if (before !== undefined) return keep(ownCopy(text), before)
    const own = ownCopy(text)
    const answer = find(own)
    return answer === null ? null : keep(own, answer)
  }
}

/** A text that is cut out of a longer one, a header, keeps all of that in memory; this one does not, nor what is cut out of it. */
function ownCopy (text: string): string {
  return Buffer.from(text).toString()
}
