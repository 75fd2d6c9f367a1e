import { Counter, Histogram, type Registry } from 'prom-client'
import type { SessionStore } from '../../sessions/store.ts'
import type { UserDatabase } from '../../users/database.ts'

/** A healthy call takes a few milliseconds; after 0.9 s at the latest it has failed. */
const buckets = [0.0005, 0.001, 0.0025, 0.01, 0.05, 0.25, 1]

/** Does what it is given to do, and measures how long that takes. */
export type Timing = <Answer>(ask: () => Promise<Answer>) => Promise<Answer>

/** What measures the store that asks Redis, by verb: around the store, and around its calls that validate, each of which is about several credentials. */
export function redisTimings (registry: Registry): { store: (store: SessionStore) => SessionStore, validations: Timing } {
  const durations = new Histogram({
    name: 'session_service_redis_call_duration_seconds',
    help: 'Time until Redis had answered what the session store asked, by verb of the store; a call that validates is about all credentials of one turn. Failures are not in it.',
    labelNames: ['verb'],
    buckets,
    registers: [registry]
  })
  const failures = new Counter({
    name: 'session_service_redis_call_failures_total',
    help: 'What the session store asked and Redis refused or did not answer in time, by verb of the store.',
    labelNames: ['verb'],
    registers: [registry]
  })

  function timingOf (verb: keyof SessionStore): Timing {
    const [duration, failure] = [durations.labels(verb), failures.labels(verb)]
    failure.inc(0)
    return timing(seconds => duration.observe(seconds), () => failure.inc())
  }

  const time = {
    create: timingOf('create'),
    extend: timingOf('extend'),
    rename: timingOf('rename'),
    replace: timingOf('replace'),
    flag: timingOf('flag'),
    noteOrigin: timingOf('noteOrigin'),
    end: timingOf('end'),
    endAll: timingOf('endAll'),
    endOthers: timingOf('endOthers'),
    endEverybody: timingOf('endEverybody'),
    list: timingOf('list'),
    someUsers: timingOf('someUsers'),
    countOf: timingOf('countOf'),
    describe: timingOf('describe'),
    readData: timingOf('readData'),
    writeData: timingOf('writeData'),
    claim: timingOf('claim'),
    promote: timingOf('promote'),
    unclaim: timingOf('unclaim'),
    activity: timingOf('activity'),
    listEnded: timingOf('listEnded'),
    eraseHistory: timingOf('eraseHistory'),
    explain: timingOf('explain'),
    countLive: timingOf('countLive'),
    probe: timingOf('probe')
  }
  // Every verb by name, so that a new one that is forgotten here does not compile.
  const around = (store: SessionStore): SessionStore => ({
    create: session => time.create(() => store.create(session)),
    validate: store.validate,
    extend: (id, ms) => time.extend(() => store.extend(id, ms)),
    rename: (userId, id, deviceName) => time.rename(() => store.rename(userId, id, deviceName)),
    replace: (id, ...change) => time.replace(() => store.replace(id, ...change)),
    flag: (id, change) => time.flag(() => store.flag(id, change)),
    noteOrigin: (id, origin) => time.noteOrigin(() => store.noteOrigin(id, origin)),
    end: (userId, id, cause) => time.end(() => store.end(userId, id, cause)),
    endAll: (userId, keepId, cause) => time.endAll(() => store.endAll(userId, keepId, cause)),
    endOthers: (userId, id, cause) => time.endOthers(() => store.endOthers(userId, id, cause)),
    endEverybody: () => time.endEverybody(() => store.endEverybody()),
    list: (userId, page) => time.list(() => store.list(userId, page)),
    someUsers: place => time.someUsers(() => store.someUsers(place)),
    countOf: userId => time.countOf(() => store.countOf(userId)),
    describe: id => time.describe(() => store.describe(id)),
    readData: (id, key) => time.readData(() => store.readData(id, key)),
    writeData: (id, change) => time.writeData(() => store.writeData(id, change)),
    claim: (credential, successor) => time.claim(() => store.claim(credential, successor)),
    promote: (id, successor) => time.promote(() => store.promote(id, successor)),
    unclaim: (id, successor) => time.unclaim(() => store.unclaim(id, successor)),
    activity: (userId, sessionId) => time.activity(() => store.activity(userId, sessionId)),
    listEnded: userId => time.listEnded(() => store.listEnded(userId)),
    eraseHistory: userId => time.eraseHistory(() => store.eraseHistory(userId)),
    explain: id => time.explain(() => store.explain(id)),
    countLive: () => time.countLive(() => store.countLive()),
    probe: () => time.probe(() => store.probe()),
    assertAvailable: store.assertAvailable
  })
  return { store: around, validations: timingOf('validate') }
}

/** The database of users, timed. Statements are not told apart: their texts are no label. */
export function measurePostgres (registry: Registry, database: UserDatabase): UserDatabase {
  const durations = new Histogram({
    name: 'session_service_postgres_query_duration_seconds',
    help: 'Time until PostgreSQL had answered, the wait for a connection included. Failures are not in it.',
    buckets,
    registers: [registry]
  })
  const failures = new Counter({
    name: 'session_service_postgres_query_failures_total',
    help: 'Queries that PostgreSQL refused or did not answer in time.',
    registers: [registry]
  })
  const time = timing(seconds => durations.observe(seconds), () => failures.inc())
  return {
    ...database,
    query: <Row extends object>(text: string, values?: unknown[]) => time(() => database.query<Row>(text, values))
  }
}

/** Answers are timed and failures counted apart: a refusal at once would pass for a fast answer. */
function timing (answered: (seconds: number) => void, failed: () => void): Timing {
  return ask => {
    const askedAtMs = performance.now()
    const answer = ask()
    answer.then(() => answered((performance.now() - askedAtMs) / 1000), failed)
    return answer
  }
}
