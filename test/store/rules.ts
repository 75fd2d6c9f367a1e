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
const KNOWN = /^(?:[ucaixgrskeldowtqyfjh]|(?:[pbvm]|dc)\d*)$/
const NUMBERS = ['c', 'a', 'e', 'g', 'r', 'k', 's', 'o', 't', 'y']
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
  return [...told(key, [[key.endsAtMs !== session.key.endsAtMs, `ends at ${key.endsAtMs}, its session at ${session.key.endsAtMs}`]]), ...storedFaults(key, /^(\d+) (\d+)$/)]
}

export function userDataFaults (key: StoredKey): string[] {
  return storedFaults(key, /^(\d+) (\d+) \d+$/)
}

/** What callers store: the field ' ' says which version it is and how many bytes there are. */
function storedFaults (key: StoredKey, head: RegExp): string[] {
  const fields = pairs(key.content)
  const [, version, bytes] = head.exec(fields.find(([name]) => name === ' ')?.[1] ?? '') ?? []
  const data = fields.filter(([name]) => name !== ' ')
  const counted = data.flat().reduce((sum, text) => sum + Buffer.byteLength(text), 0)
  return told(key, [
    [bytes !== String(counted), `has ${counted} bytes, and says ${bytes}`],
    [!(Number(version) >= 1), `says version ${version}`],
    ...data.map(([name, json]): Check => [!isJson(json), `holds no JSON under ${name}`])
  ])
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
