import { LRUCache } from 'lru-cache'

const MOST = 10_000

/** The same function of a text, for which the last ten thousand answers are kept: those that are null are found anew. */
export function remembered<T extends object | string> (find: (text: string) => T): (text: string) => T
export function remembered<T extends object | string> (find: (text: string) => T | null): (text: string) => T | null
export function remembered<T extends object | string> (find: (text: string) => T | null) {
  const known = new LRUCache<string, T>({ max: MOST })
  return (text: string): T | null => {
    const before = known.get(text)
    if (before !== undefined) return before
    const found = find(text)
    if (found !== null) known.set(text, found)
    return found
  }
}
