import type { CredentialIssuer } from '../../src/sessions/credential.ts'
import type { Session } from '../../src/sessions/session.ts'
import type { SessionPage, SessionStore, StoredData } from '../../src/sessions/store.ts'
import type { RedisClient } from '../../src/store/scripts.ts'
import { entriesOf } from '../store/index-members.ts'
import { idOf, nameOf, pairs, readRecord } from '../store/record.ts'
import { snapshots, type StoredKey } from '../store/snapshot.ts'
import type { Clock } from './clock.ts'
import type { Model, Moment } from './model.ts'
import { userIds } from './scene.ts'

/** A record, its moments by the model's clock. */
export interface SeenRecord extends Record<Moment, number> {
  generation: number
  /** When Redis lets it go. */
  endsAtMs: number
}

/** Everything that can be seen of a service's sessions, without a change to any. Moments are by the model's clock unless they are in `SessionTimes`. */
export interface Sighting {
  clock: Clock
  records: Map<string, SeenRecord>
  /** When the data of each session goes. */
  dataEndsAtMs: Map<string, number>
  /** Deadlines in the indexes, by id. */
  scores: Map<string, number>
  endedAllAtMs: Map<string, number>
  lists: Map<string, SessionPage>
  verdicts: Map<string, Session | null>
  described: Map<string, boolean>
  data: Map<string, StoredData | null>
  liveCount: number
}

export interface Eyes { client: RedisClient, prefix: string, clock: Clock, store: SessionStore, judging: SessionStore, credentials: CredentialIssuer }

export async function look (model: Model, { client, prefix, clock, store, judging, credentials }: Eyes): Promise<Sighting> {
  const ids = model.sessions.map(({ id }) => id)
  const texts = model.sessions.flatMap(session => session.credentials)
  const each = async <Key, Value>(keys: Key[], ask: (key: Key) => Promise<Value>) =>
    new Map(await Promise.all(keys.map(async (key): Promise<[Key, Value]> => [key, await ask(key)])))
  const [found, lists, verdicts, described, data, liveCount] = await Promise.all([
    snapshots(client, prefix),
    each(userIds, userId => store.list(userId, { limit: 100, after: null })),
    each(texts, async text => {
      const credential = credentials.parse(text)
      return credential === null ? null : judging.validate(credential)
    }),
    each(ids, async id => await store.describe(id) !== null),
    each(ids, id => store.readData(id, null)),
    store.countLive()
  ])
  const stored = found.flatMap(({ keys }) => keys)
  const of = (kind: string) => stored.filter(({ key }) => nameOf(key, prefix).kind === kind)
  const moments = (kind: string) => new Map(of(kind).flatMap(({ content }) => pairs(content)).map(([name, ms]) => [name, clock.from(Number(ms))]))
  return {
    clock,
    records: new Map(of('session').map(key => [idOf(key.key), recordOf(key, clock)])),
    dataEndsAtMs: new Map(of('session-data').map(({ key, endsAtMs }) => [idOf(key), clock.from(endsAtMs)])),
    scores: new Map(of('user-sessions').flatMap(entriesOf).map(({ id, scoreMs }) => [id, clock.from(scoreMs)])),
    endedAllAtMs: moments('not-before'),
    lists,
    verdicts,
    described,
    data,
    liveCount
  }
}

function recordOf (key: StoredKey, clock: Clock): SeenRecord {
  const { createdAtMs, touchedAtMs, absoluteMs, extendedUntilMs, advancedAtMs, generation } = readRecord(key, 0)
  return {
    createdAtMs: clock.from(createdAtMs),
    touchedAtMs: clock.from(touchedAtMs),
    absoluteMs: clock.from(absoluteMs),
    extendedUntilMs: extendedUntilMs === 0 ? 0 : clock.from(extendedUntilMs),
    advancedAtMs: clock.from(advancedAtMs),
    generation,
    endsAtMs: clock.from(key.endsAtMs)
  }
}
