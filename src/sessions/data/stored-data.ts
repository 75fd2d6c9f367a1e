import { alive } from '../alive.ts'
import { serviceError } from '../errors.ts'
import type { Session } from '../session.ts'
import type { DataChange, DataWritten, StoredData } from '../store.ts'
import { checkedKey, decodeValues, encodeValues, overLimit, type DataLimits, type DataValues } from './data.ts'
import { etagOf, versionsOf } from './etag.ts'

/** Where data is, and how refusals call what has it. */
export interface DataPlace {
  /** What the session with that id reads there: all of it, or one key; null if it is not alive. */
  read: (id: string, key: string | null) => Promise<StoredData | null>
  write: (id: string, change: DataChange) => Promise<DataWritten | null>
  owner: 'session' | 'user'
}

/** What callers keep in a place: the verbs that session data and user data have in common. */
export function createStoredData ({ read, write: writeTo, owner }: DataPlace, limits: DataLimits) {
  async function write (session: Pick<Session, 'id'>, values: Iterable<[string, unknown]>, ifMatch: string | undefined, placeOf?: () => string) {
    const change = { values: encodeValues(values, limits, placeOf), ifVersion: versionsOf(ifMatch) }
    const { version, removed } = accepted(alive(await writeTo(session.id, change)))
    return { etag: etagOf(version), removed }
  }

  /** @throws ServiceError `version_conflict`, `data_limit_exceeded`, `session_claimed` */
  function accepted (written: DataWritten) {
    switch (written.outcome) {
      case 'written': return written
      case 'conflict': throw conflict(written.version)
      case 'claimed': throw claimed()
      case 'too-many-keys': throw overLimit('DATA_MAX_KEYS', `the ${owner}`, limits.keys, written.count)
      case 'too-many-bytes': throw overLimit('DATA_MAX_BYTES', `the ${owner}`, limits.bytes, written.bytes)
    }
  }

  function keyNotFound (key: string) {
    return serviceError('data_key_not_found', `This ${owner} holds no value under the key ${key}.`)
  }

  return {
    accepted,

    async readData (session: Pick<Session, 'id'>): Promise<{ etag: string, data: DataValues }> {
      const { version, values } = alive(await read(session.id, null))
      return { etag: etagOf(version), data: decodeValues(values) }
    },

    /** @throws ServiceError `data_key_not_found` */
    async readKey (session: Pick<Session, 'id'>, key: string): Promise<{ etag: string, value: unknown }> {
      const { version, values } = alive(await read(session.id, checkedKey(key, limits)))
      const json = values.get(key)
      if (json === undefined) throw keyNotFound(key)
      return { etag: etagOf(version), value: JSON.parse(json) }
    },

    /** Stores one value. Other keys are untouched, whoever writes them meanwhile. */
    setKey: (session: Pick<Session, 'id'>, key: string, value: unknown, ifMatch: string | undefined) => write(session, [[key, value]], ifMatch, () => '/value'),

    /** Merges values into the data, all or nothing; null removes a key (RFC 7396, one level). */
    merge: (session: Pick<Session, 'id'>, patch: DataValues, ifMatch: string | undefined) =>
      write(session, Object.entries(patch).map(([key, value]) => [key, value ?? undefined]), ifMatch),

    /** @throws ServiceError `data_key_not_found` */
    async removeKey (session: Pick<Session, 'id'>, key: string, ifMatch: string | undefined): Promise<{ etag: string }> {
      const { etag, removed } = await write(session, [[key, undefined]], ifMatch)
      if (removed === 0) throw keyNotFound(key)
      return { etag }
    }
  }
}

function claimed () {
  return serviceError('session_claimed', 'A login is taking the place of this anonymous session, and its data with it. Go on with the credential that the login answers with; if it fails, repeat this change after it, at the latest in a minute.')
}

export function conflict (version: number) {
  return serviceError('version_conflict', 'Someone else changed the data since you read it. Read it again, then repeat your change with the new ETag.',
    { extras: { currentETag: etagOf(version) }, headers: { etag: etagOf(version) } })
}
