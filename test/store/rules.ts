import { entriesOf } from './index-members.ts'
import { pairs, type StoredSession } from './record.ts'
import type { StoredKey } from './snapshot.ts'

/** A tag's sessions with what belongs to them. */
export interface Room {
  nowMs: number
  sessions: Map<string, StoredSession>
  data: Map<string, StoredKey>
  indexes: Map<string, StoredKey>
}

const REQUIRED = ['u', 'p', 'c', 'i', 'x', 's']
const KNOWN = /^(?:[ucaixgrsknzeldowtqyfjh]|(?:[pbvm]|dc)\d*)$/
const NUMBERS = ['c', 'a', 'e', 'g', 'r', 'k', 's', 'n', 'z', 'o', 't', 'y']
const SECONDS = ['i', 'x']

export function sessionFaults (session: StoredSession, { indexes }: Room): string[] {
  const { key, fields, deadlineMs, absoluteMs, createdAtMs } = session
  const index = indexes.get(session.userId)
  const entry = index && entriesOf(index).find(({ id }) => id === session.id)
  const rest = (fields.get('d') ?? 'u') + (fields.get('h') ?? '.').slice(0, 1)
  return told(key, [
    [!/^(listpack|ziplist)$/.test(key.encoding), `is a ${key.encoding}, not a listpack`],
    ...REQUIRED.map((name): Check => [!fields.has(name), `has no field ${name}`]),
    ...[...fields.keys()].map((name): Check => [!KNOWN.test(name), `has an unknown field ${name}`]),
    [key.longestBytes > 64, `has a field of ${key.longestBytes} bytes`],
    ...NUMBERS.map((name): Check => [!/^-?\d+$/.test(fields.get(name) ?? '0'), `has no whole number in ${name}`]),
    ...SECONDS.map((name): Check => [!/^\d+(\.\d{1,3})?$/.test(fields.get(name) ?? '0'), `has no seconds in ${name}`]),
    [key.endsAtMs > absoluteMs, `outlives its absolute deadline by ${key.endsAtMs - absoluteMs} ms`],
    [key.endsAtMs > deadlineMs, `outlives its deadline by ${key.endsAtMs - deadlineMs} ms`],
    [fields.has('j') && fields.get('j') === fields.get('f'), 'keeps its address twice'],
    [entry === undefined, 'is in no index'],
    [entry !== undefined && entry.scoreMs !== deadlineMs, `is indexed with ${entry?.scoreMs}, its deadline is ${deadlineMs}`],
    [entry !== undefined && entry.createdAtMs !== createdAtMs, `is indexed as created at ${entry?.createdAtMs}, it was at ${createdAtMs}`],
    [entry !== undefined && entry.rest !== rest, `is indexed as ${entry?.rest}, it is ${rest}`]
  ])
}

export function dataFaults (id: string, key: StoredKey, { sessions }: Room): string[] {
  const session = sessions.get(id)
  if (session === undefined) return [`${key.key} stands beside no session`]
  const bytes = key.content.reduce((sum, text) => sum + Buffer.byteLength(text), 0)
  return told(key, [
    [key.endsAtMs !== session.key.endsAtMs, `ends at ${key.endsAtMs}, its session at ${session.key.endsAtMs}`],
    [bytes !== session.dataBytes, `has ${bytes} bytes, its session says ${session.dataBytes}`],
    [!(session.version >= 1), `has data, its session says version ${session.version}`],
    ...pairs(key.content).map(([name, json]): Check => [!isJson(json), `holds no JSON under ${name}`])
  ])
}

/** A session that says it has data needs the key. */
export function missingDataFaults (session: StoredSession, { data }: Room): string[] {
  return session.dataBytes > 0 && !data.has(session.id) ? [`${session.key.key} says ${session.dataBytes} bytes of data, there are none`] : []
}

export function indexFaults (userId: string, key: StoredKey, { nowMs, sessions }: Room): string[] {
  const members = entriesOf(key).map(entry => ({ ...entry, session: sessions.get(entry.id) }))
  const longest = Math.max(...members.map(member => member.scoreMs))
  const isOver = (member: typeof members[number]) => member.scoreMs <= nowMs
  return told(key, [
    [key.endsAtMs < longest, `ends ${longest - key.endsAtMs} ms before its longest member`],
    ...members.map((member): Check => [member.session === undefined && !isOver(member), `lists ${member.id}, which does not exist`]),
    ...members.map((member): Check => [member.session !== undefined && member.session.userId !== userId, `lists ${member.id}, which is another user's`])
  ])
}

export function ttlFaults (key: StoredKey, nowMs: number, longestMs: number): string[] {
  const left = key.endsAtMs - nowMs
  return told(key, [[key.endsAtMs < 0, 'has no TTL'], [left > longestMs, `lives for ${left} ms, longer than ${longestMs}`]])
}

export type Check = [isBroken: boolean, fault: string]

export function told (key: StoredKey, checks: Check[]): string[] {
  return checks.filter(([isBroken]) => isBroken).map(([, fault]) => `${key.key} ${fault}`)
}

function isJson (text: string): boolean {
  try {
    JSON.parse(text)
    return true
  } catch {
    return false
  }
}
