import { pairs, type StoredSession } from './record.ts'
import type { StoredKey } from './snapshot.ts'

/** A tag's sessions with what belongs to them. */
export interface Room {
  nowMs: number
  sessions: Map<string, StoredSession>
  data: Map<string, StoredKey>
  indexes: Map<string, StoredKey>
}

/** Redis keeps deadlines to the millisecond, and a snapshot stops the clock; this is for deadlines set by a neighbour's clock reading. */
const SLACK_MS = 50

const REQUIRED = ['v', 'u', 'p', 'c', 'a', 'i', 'x', 'g', 's', 'ip', 'b']
const KNOWN = /^(?:[vucaixgrsknz]|ip|[pb]\d*)$/
const NUMBERS = ['v', 'c', 'a', 'i', 'x', 'g', 'r', 'k', 'n', 'z']

export function sessionFaults (session: StoredSession, { nowMs, indexes }: Room): string[] {
  const { key, fields, deadlineMs, absoluteMs } = session
  const score = pairs(indexes.get(session.userId)?.content ?? []).find(([id]) => id === session.id)?.[1]
  const ends = nowMs + key.pttl
  return told(key, [
    [!/^(listpack|ziplist)$/.test(key.encoding), `is a ${key.encoding}, not a listpack`],
    ...REQUIRED.map((name): Check => [!fields.has(name), `has no field ${name}`]),
    ...[...fields.keys()].map((name): Check => [!KNOWN.test(name), `has an unknown field ${name}`]),
    [key.longestBytes > 64, `has a field of ${key.longestBytes} bytes`],
    ...NUMBERS.map((name): Check => [!/^\d+$/.test(fields.get(name) ?? '0'), `has no whole number in ${name}`]),
    [ends > absoluteMs + SLACK_MS, `outlives its absolute deadline by ${ends - absoluteMs} ms`],
    [ends > deadlineMs + SLACK_MS, `outlives its deadline by ${ends - deadlineMs} ms`],
    [score === undefined, 'is in no index'],
    [score !== undefined && Number(score) !== deadlineMs, `is indexed with ${score}, its deadline is ${deadlineMs}`]
  ])
}

export function dataFaults (id: string, key: StoredKey, { sessions }: Room): string[] {
  const session = sessions.get(id)
  if (session === undefined) return [`${key.key} stands beside no session`]
  const bytes = key.content.reduce((sum, text) => sum + Buffer.byteLength(text), 0)
  return told(key, [
    [Math.abs(key.pttl - session.key.pttl) > SLACK_MS, `ends in ${key.pttl} ms, its session in ${session.key.pttl}`],
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
  const members = pairs(key.content).map(([id, score]) => ({ id, scoreMs: Number(score), session: sessions.get(id) }))
  const longest = Math.max(...members.map(member => member.scoreMs))
  const isOver = (member: typeof members[number]) => member.scoreMs <= nowMs
  return told(key, [
    [nowMs + key.pttl < longest - SLACK_MS, `ends ${longest - nowMs - key.pttl} ms before its longest member`],
    ...members.map((member): Check => [member.session === undefined && !isOver(member), `lists ${member.id}, which does not exist`]),
    ...members.map((member): Check => [member.session !== undefined && member.session.userId !== userId, `lists ${member.id}, which is another user's`])
  ])
}

export function ttlFaults (key: StoredKey, longestMs: number): string[] {
  return told(key, [[key.pttl < 0, 'has no TTL'], [key.pttl > longestMs + SLACK_MS, `lives for ${key.pttl} ms, longer than ${longestMs}`]])
}

type Check = [isBroken: boolean, fault: string]

function told (key: StoredKey, checks: Check[]): string[] {
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
