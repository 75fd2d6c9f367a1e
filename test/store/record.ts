import type { StoredKey } from './snapshot.ts'

/** A session record as the store keeps it (src/store/keys.ts), with the numbers read. */
export interface StoredSession {
  key: StoredKey
  id: string
  fields: Map<string, string>
  userId: string
  createdAtMs: number
  touchedAtMs: number
  /** 0 if it was not extended. */
  extendedUntilMs: number
  /** When its generation was first used. */
  advancedAtMs: number
  generation: number
  /** When the store lets it die: idle, one touch interval late at most, or absolute. */
  deadlineMs: number
  absoluteMs: number
}

export const pairs = (content: string[]) =>
  content.flatMap((name, i): Array<[string, string]> => i % 2 === 0 ? [[name, String(content[i + 1])]] : [])

/** Reads a record; a field that is missing becomes NaN or '' and is reported by the rules. */
export function readRecord (key: StoredKey, touchIntervalMs: number): StoredSession {
  const fields = new Map(pairs(key.content))
  const number = (name: string, absent = NaN) => Number(fields.get(name) ?? absent)
  const createdAtMs = number('c')
  /** A moment is kept as its distance to createdAt. */
  const moment = (name: string) => createdAtMs + number(name, 0)
  const absoluteMs = createdAtMs + Math.round(1000 * number('x'))
  const idleUntilMs = moment('a') + Math.round(1000 * number('i')) + touchIntervalMs
  return {
    key,
    id: idOf(key.key),
    fields,
    userId: fields.get('u') ?? '',
    createdAtMs,
    touchedAtMs: moment('a'),
    extendedUntilMs: fields.has('e') ? moment('e') : 0,
    advancedAtMs: moment('r'),
    generation: number('g', 1),
    deadlineMs: Math.min(Math.max(idleUntilMs, fields.has('e') ? moment('e') : 0), absoluteMs),
    absoluteMs
  }
}

/** The public id in the name of a `session:` or `session-data:` key. */
export function idOf (key: string): string {
  const hex = key.slice(key.indexOf('{')).replace(/[{}]/g, '')
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5')
}

const NAMES = /^(session|session-data|not-before|not-before-cause|not-before-everybody|ended|session-claim|revoked|revocations|revocations-mover):(\{[0-9a-f]{4}\}(?:[0-9a-f]{28})?|\{feed\})$|^(user-sessions|user-activity|user-data|user-channels|user-leases|user-events|user-presence):(\{[0-9a-f]{4}\}:.+)$|^(live-sessions(?:-recount)?)$|^(login-failures):((?:account|address|device|credential|anonymous):[\w-]{22}|global:all)$|^(idempotency):(\{[0-9a-f]{4}\}[\w-]{22})$|^(client-assertion|event-ticket):([\w-]{43})$|^(events-instance):([0-9a-f-]{36})$/

/** What kind of key a name is and what follows; kind '' for a name that the keyspace does not have. */
export function nameOf (key: string, prefix: string): { kind: string, rest: string } {
  const [, kind, rest, index, member, single, counter, subject, claim, place, assertion, digest, lease, instance] = NAMES.exec(key.slice(prefix.length)) ?? []
  return { kind: kind ?? index ?? single ?? counter ?? claim ?? assertion ?? lease ?? '', rest: rest ?? member ?? subject ?? place ?? digest ?? instance ?? '' }
}
