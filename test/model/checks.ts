import { idleDeadlineMs } from '../../src/sessions/session.ts'
import type { Model, ModelSession } from './model.ts'
import { userIds } from './scene.ts'
import type { Sighting } from './sighting.ts'

/** Something that holds after every command; answers in what it does not. */
interface Check { name: string, faults (model: Model, seen: Sighting): string[] }

/** Names of the checks that are made elsewhere. */
export const ANSWERS = 'every command is answered as the model says'
export const MOMENTS = 'what a command sets to its moment is that moment'
export const KEYSPACE = 'what a sequence leaves behind is as the keyspace promises'

const BUCKET_MS = 10_000

const differ = (what: string, expected: unknown, actual: unknown): string[] =>
  String(expected) === String(actual) ? [] : [`${what} is ${String(actual)}, expected ${String(expected)}`]

/** In the very millisecond of its deadline a session is dead and Redis still has its keys. */
const isLeaving = (model: Model, session: ModelSession): boolean => session.ended === null && model.nowMs === model.deadlineOf(session)

const live: Check = {
  name: 'the live sessions are stored and nothing else: who gave way, ended or ran out of time is gone, with its data',
  faults: (model, { records, dataEndsAtMs, scores, described }) => [
    ...model.sessions.flatMap(session => {
      const isAlive = model.isAlive(session)
      const what = `${session.ended ?? (isAlive ? 'live' : 'expired')} session ${session.id}`
      return [
        ...isLeaving(model, session) ? [] : differ(`${what}: stored`, isAlive, records.has(session.id)),
        ...differ(`${what}: described`, isAlive, described.get(session.id)),
        ...isLeaving(model, session) ? [] : differ(`${what}: with data`, isAlive && session.version > 0, dataEndsAtMs.has(session.id)),
        ...(isAlive ? differ(`${what}: indexed`, true, scores.has(session.id)) : [])
      ]
    }),
    ...model.sessions.some(session => isLeaving(model, session)) ? [] : differ('number of records', model.live().length, records.size)
  ]
}

const verdicts: Check = {
  name: 'every credential that was ever issued is worth what the model says',
  faults: (model, seen) => model.sessions.flatMap(session => session.credentials.flatMap((text, i) => {
    const generation = i + 1
    const verdict = model.verdict(session, generation)
    const expected = verdict === 'good' || verdict === 'successor' ? { userId: session.userId, rotation: model.rotationOf(session, generation) } : null
    const actual = seen.verdicts.get(text) ?? null
    return differ(`generation ${generation} of ${session.id}, at ${session.generation}, ${verdict}`,
      JSON.stringify(expected), JSON.stringify(actual && { userId: actual.userId, rotation: actual.rotation }))
  }))
}

const lists: Check = {
  name: 'a user’s list is the live sessions, newest first, with their moments and their number',
  faults: (model, { lists, clock }) => userIds.flatMap(userId => {
    const row = (id: string, lifetime: string, ...moments: number[]) => [id, lifetime, ...moments].join(' ')
    const expected = model.newestFirst(userId).map(({ id, lifetime, createdAtMs, touchedAtMs, idleMs, absoluteMs, extendedUntilMs }) =>
      row(id, lifetime, createdAtMs, touchedAtMs, idleMs, absoluteMs, extendedUntilMs))
    const actual = lists.get(userId)?.sessions.map(({ id, lifetime, times }) =>
      row(id, lifetime, clock.from(times.createdAtMs), clock.from(times.lastAccessedAtMs), times.idleMs, clock.from(times.absoluteDeadlineMs),
        times.extendedUntilMs && clock.from(times.extendedUntilMs)))
    return [
      ...differ(`the list of user ${userId}`, expected.join('\n'), actual?.join('\n')),
      ...differ(`the number of sessions of user ${userId}`, expected.length, lists.get(userId)?.count)
    ]
  })
}

const data: Check = {
  name: 'data and its version are what was written last',
  faults: (model, seen) => model.sessions.flatMap(session => {
    const text = (stored: Pick<ModelSession, 'data' | 'version'>) => JSON.stringify([stored.version, ...[...stored.data].sort()])
    const actual = seen.data.get(session.id)
    return differ(`data of ${session.id}`, model.isAlive(session) ? text(session) : null, actual ? text({ version: actual.version, data: actual.values }) : null)
  })
}

const deadlines: Check = {
  name: 'record, data and index end at the deadline to the millisecond',
  faults: (model, { records, dataEndsAtMs, scores }) => model.live().flatMap(session => {
    const deadlineMs = model.deadlineOf(session)
    return [
      ...differ(`end of ${session.id}`, deadlineMs, records.get(session.id)?.endsAtMs),
      ...differ(`score of ${session.id}`, deadlineMs, scores.get(session.id)),
      ...(session.version > 0 ? differ(`end of the data of ${session.id}`, deadlineMs, dataEndsAtMs.get(session.id)) : [])
    ]
  })
}

const moments: Check = {
  name: 'no command moves a moment or a generation but those that it is for',
  faults: (model, { records }) => model.live().flatMap(session => {
    const record = records.get(session.id)
    const names = ['createdAtMs', 'touchedAtMs', 'absoluteMs', 'extendedUntilMs', 'advancedAtMs', 'generation'] as const
    return names.flatMap(name => differ(`${name} of ${session.id}`, session[name], record?.[name]))
  })
}

const idle: Check = {
  name: 'idleness ends a session late by at most the touch interval, never early',
  faults: (model, { records }) => model.live().flatMap(session => {
    const endsAtMs = records.get(session.id)?.endsAtMs ?? NaN
    const { lastUsedAtMs, idleMs, absoluteMs, extendedUntilMs } = session
    const late = model.settings.touchIntervalMs
    const [earliest, latest] = [lastUsedAtMs + idleMs, Math.max(lastUsedAtMs + idleMs + late, extendedUntilMs)].map(ms => Math.min(ms, absoluteMs))
    return endsAtMs >= Number(earliest) && endsAtMs <= Number(latest) ? [] : [`${session.id} ends ${endsAtMs - Number(earliest)} ms after its idle timeout`]
  })
}

/** Knows nothing but what the login said, and looks at all that can end: keys, scores, lists, verdicts. */
const absolute: Check = {
  name: 'for any sequence of operations, expiry ≤ absolute deadline',
  faults: (model, { records, dataEndsAtMs, scores, lists, verdicts, clock }) => model.sessions.flatMap(({ id, userId, credentials, toldAbsoluteMs }) => {
    const told = [lists.get(userId)?.sessions.find(session => session.id === id), ...credentials.map(text => verdicts.get(text))]
    const ends: Array<[what: string, ms: number | undefined]> = [
      ['its record', records.get(id)?.endsAtMs],
      ['its data', dataEndsAtMs.get(id)],
      ['its place in the index', scores.get(id)],
      ['its absolute deadline itself', records.get(id)?.absoluteMs],
      ...told.flatMap(session => session ? [session.times] : []).flatMap((times): typeof ends => [
        ['the deadline that is told', clock.from(times.absoluteDeadlineMs)],
        ['the expiry that is told', Math.min(clock.from(idleDeadlineMs(times)), clock.from(times.absoluteDeadlineMs))]
      ])
    ]
    return ends.flatMap(([what, ms]) => ms !== undefined && ms > toldAbsoluteMs ? [`${what} of ${id} is ${ms - toldAbsoluteMs} ms after the absolute deadline`] : [])
  })
}

const liveCount: Check = {
  name: 'the number of live sessions is exact, but for those that ran out of time in the last 10 s',
  faults (model, { liveCount, clock }) {
    const least = model.live().length
    const bucketOf = (ms: number) => Math.floor((ms - clock.from(0)) / BUCKET_MS)
    const lingering = model.sessions.filter(session => session.ended === null && !model.isAlive(session) && bucketOf(model.deadlineOf(session)) >= bucketOf(model.nowMs))
    const isRight = liveCount >= least && liveCount <= least + lingering.length
    return isRight ? [] : [`it is ${liveCount}, expected ${least} to ${least + lingering.length}`]
  }
}

export const checks: Check[] = [live, verdicts, lists, data, moments, deadlines, idle, absolute, liveCount]

/** The names of all that are made. */
export const allChecks: string[] = [ANSWERS, MOMENTS, ...checks.map(({ name }) => name), KEYSPACE]
