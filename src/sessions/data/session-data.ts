import { alive } from '../alive.ts'
import { changedValues, checkedKey, decodeValues, encodeValues, overLimit, type DataLimits, type DataValues } from './data.ts'
import { serviceError } from '../errors.ts'
import { etagOf, versionsOf } from './etag.ts'
import { pointerTo } from './json-pointer.ts'
import type { Session } from '../session.ts'
import type { DataWritten, SessionStore } from '../store.ts'

/** How often a replacement is tried while others change the same data: each time one of them got through. */
const MOST_TRIES = 10

/** What callers keep in a session: the data verbs of the session service. */
export function createSessionData (store: Pick<SessionStore, 'readData' | 'writeData'>, limits: DataLimits) {
  async function write (session: Pick<Session, 'id'>, values: Iterable<[string, unknown]>, ifMatch: string | undefined, placeOf?: () => string) {
    const change = { values: encodeValues(values, limits, placeOf), ifVersion: versionsOf(ifMatch) }
    const { version, removed } = written(alive(await store.writeData(session.id, change)), limits)
    return { etag: etagOf(version), removed }
  }

  return {
    async readData (session: Pick<Session, 'id'>): Promise<{ etag: string, data: DataValues }> {
      const { version, values } = alive(await store.readData(session.id, null))
      return { etag: etagOf(version), data: decodeValues(values) }
    },

    /** @throws ServiceError `data_key_not_found` */
    async readKey (session: Session, key: string): Promise<{ etag: string, value: unknown }> {
      const { version, values } = alive(await store.readData(session.id, checkedKey(key, limits)))
      const json = values.get(key)
      if (json === undefined) throw keyNotFound(key)
      return { etag: etagOf(version), value: JSON.parse(json) }
    },

    /** Stores one value. Other keys are untouched, whoever writes them meanwhile. */
    setKey: (session: Session, key: string, value: unknown, ifMatch: string | undefined) => write(session, [[key, value]], ifMatch, () => '/value'),

    /** Merges values into the data, all or nothing; null removes a key (RFC 7396, one level). */
    merge: (session: Pick<Session, 'id'>, patch: DataValues, ifMatch: string | undefined) =>
      write(session, Object.entries(patch).map(([key, value]) => [key, value ?? undefined]), ifMatch),

    /**
     * Puts these values in the place of all whose keys begin with `prefix`, all or nothing. What is as it was is not written again. `null` is a value.
     * @throws ServiceError `version_conflict`, also if others change the data all the while
     */
    async replaceData (session: Pick<Session, 'id'>, prefix: string, data: DataValues, ifMatch: string | undefined): Promise<{ etag: string }> {
      const [values, versions] = [encodeValues(Object.entries(data), limits, key => `/data${pointerTo(key)}`), versionsOf(ifMatch)]
      for (let tries = 1; ; tries++) {
        const stored = alive(await store.readData(session.id, null))
        if (versions !== null && !versions.includes(stored.version)) throw conflict(stored.version)
        const outcome = alive(await store.writeData(session.id, { values: changedValues(stored.values, prefix, values), ifVersion: [stored.version] }))
        if (outcome.outcome !== 'conflict' || tries === MOST_TRIES) return { etag: etagOf(written(outcome, limits).version) }
      }
    },

    /** @throws ServiceError `data_key_not_found` */
    async removeKey (session: Session, key: string, ifMatch: string | undefined): Promise<{ etag: string }> {
      const { etag, removed } = await write(session, [[key, undefined]], ifMatch)
      if (removed === 0) throw keyNotFound(key)
      return { etag }
    }
  }
}

/** What was written. @throws ServiceError `version_conflict`, `data_limit_exceeded`, `session_claimed` if nothing was */
export function written (outcome: DataWritten, limits: Pick<DataLimits, 'keys' | 'bytes'>) {
  switch (outcome.outcome) {
    case 'written': return outcome
    case 'conflict': throw conflict(outcome.version)
    case 'claimed': throw claimed()
    case 'too-many-keys': throw overLimit('DATA_MAX_KEYS', 'the session', limits.keys, outcome.count)
    case 'too-many-bytes': throw overLimit('DATA_MAX_BYTES', 'the session', limits.bytes, outcome.bytes)
  }
}

function keyNotFound (key: string) {
  return serviceError('data_key_not_found', `This session holds no value under the key ${key}.`)
}

function claimed () {
  return serviceError('session_claimed', 'A login is taking the place of this anonymous session, and its data with it. Go on with the credential that the login answers with; if it fails, repeat this change after it, at the latest in a minute.')
}

function conflict (version: number) {
  return serviceError('version_conflict', 'Someone else changed the data since you read it. Read it again, then repeat your change with the new ETag.',
    { extras: { currentETag: etagOf(version) }, headers: { etag: etagOf(version) } })
}
