import type { SessionStore } from '../store.ts'
import type { DataLimits } from './data.ts'
import { createStoredData } from './stored-data.ts'

/** What callers keep in a session: the data verbs of the session service. */
export function createSessionData (store: Pick<SessionStore, 'readData' | 'writeData'>, limits: DataLimits) {
  // Asked through the store each time, which may be wrapped later.
  const { readData, readKey, setKey, merge, removeKey } = createStoredData({
    owner: 'session',
    read: (id, key) => store.readData(id, key),
    write: (id, change) => store.writeData(id, change)
  }, limits)
  return { readData, readKey, setKey, merge, removeKey }
}
