import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { Cluster, type Redis, type Result } from 'ioredis'
import type { RecordFields } from './record.ts'
import type { WatchReply } from './events/log.ts'
import type { CreateReply, TakeReply, WriteReply } from './replies.ts'

/** One connection to a standalone or Sentinel Redis, or a Cluster: scripts do not know which. */
export type RedisClient = Redis | Cluster

/** The nodes that hold keys: for maintenance and checks, never for a request. */
export function mastersOf (client: RedisClient): Redis[] {
  return client instanceof Cluster ? client.nodes('master') : [client]
}

type FailuresReserved = [isLetIn: 1, windowEnd: string, bucket: string] | [isLetIn: 0, waitMs: string]

type IdempotencyFound = [state: 'claimed' | 'running' | 'answered' | 'other', index: number, sealed: string]

export type Argument = string | number

declare module 'ioredis' {
  interface RedisCommander<Context> {
    sessionCreate (session: string, ...args: Argument[]): Result<CreateReply, Context>
    sessionsValidate (numberOfKeys: number, ...args: Argument[]): Result<string[], Context>
    sessionExtend (session: string, ...args: Argument[]): Result<string[] | null, Context>
    sessionRename (session: string, ...args: Argument[]): Result<number, Context>
    sessionPlace (session: string, ...args: Argument[]): Result<number, Context>
    sessionFlag (session: string, ...args: Argument[]): Result<number, Context>
    sessionReplace (session: string, successor: string, ...args: Argument[]): Result<string[] | null, Context>
    sessionClaim (session: string, ...args: Argument[]): Result<[state: 'claimed' | 'taken' | 'busy', claimants: string, ...fields: string[]] | null, Context>
    sessionPromote (session: string, ...args: Argument[]): Result<[isTaken: number, bucket: string], Context>
    sessionUnclaim (session: string, claimant: string, isNothingLeft: '1' | ''): Result<string, Context>
    sessionEnd (session: string, ...args: Argument[]): Result<[ended: number, bucket?: string], Context>
    everybodyEnd (notBefore: string, before: number): Result<string, Context>
    sessionsEndBefore (notBefore: string, ...args: Argument[]): Result<string | null, Context>
    sessionsEndSlice (index: string, ...args: Argument[]): Result<[seen: number, staying: number, ...buckets: string[]], Context>
    indexesExpired (numberOfKeys: number, ...args: Argument[]): Result<number[], Context>
    sessionsBury (index: string, ...args: Argument[]): Result<number, Context>
    sessionsIndexedBuffer (index: string, ...args: Argument[]): Result<[shown: number, members: Buffer, last: Buffer, notBefore: Buffer, kept: Buffer, records: Array<RecordFields | null>], Context>
    sessionsDescribeBuffer (numberOfKeys: number, ...args: Argument[]): Result<Array<RecordFields | Error | null>, Context>
    sessionDataRead (session: string, ...args: Argument[]): Result<[version: number, ...fields: string[]] | null, Context>
    sessionDataWrite (session: string, ...args: Argument[]): Result<WriteReply | null, Context>
    userDataRead (session: string, ...args: Argument[]): Result<[version: number, ...fields: string[]] | null, Context>
    userDataWrite (session: string, ...args: Argument[]): Result<WriteReply | null, Context>
    channelTake (session: string, ...args: Argument[]): Result<TakeReply | null, Context>
    channelRead (session: string, ...args: Argument[]): Result<[version: string, since: string, holder: string, state: string] | null, Context>
    channelRelease (session: string, ...args: Argument[]): Result<number | null, Context>
    leaseTake (session: string, ...args: Argument[]): Result<[outcome: 'ok' | 'full', ...leases: string[]] | null, Context>
    leasesRead (session: string, ...args: Argument[]): Result<string[] | null, Context>
    leaseRelease (session: string, ...args: Argument[]): Result<number | null, Context>
    activityRead (index: string, ...args: Argument[]): Result<[isOwn: number, now: string, ...entries: string[]], Context>
    sessionsEnded (index: string, ...args: Argument[]): Result<string[], Context>
    sessionExplain (session: string, ...args: Argument[]): Result<[state: string, ...facts: string[]], Context>
    sessionsDeadline (numberOfKeys: number, ...args: Argument[]): Result<string[], Context>
    failuresWait (counter: string, ...args: Argument[]): Result<string, Context>
    failuresReserve (counter: string, ...args: Argument[]): Result<FailuresReserved, Context>
    failuresAdd (counter: string, ...args: Argument[]): Result<[failures: string, endsIn: string], Context>
    failuresSettle (counter: string, ...args: Argument[]): Result<number, Context>
    idempotencyClaim (numberOfKeys: number, ...args: Argument[]): Result<IdempotencyFound, Context>
    idempotencySettle (claim: string, ...args: Argument[]): Result<number, Context>
    liveCount (liveSessions: string, ...args: Argument[]): Result<[total: string, isBehind: number], Context>
    recountLock (lock: string, ...args: Argument[]): Result<number, Context>
    revocationsAppend (feed: string, mover: string, ...args: Argument[]): Result<[isOwn: number, now: string], Context>
    revocationsRead (feed: string, mover: string, ...args: Argument[]): Result<[oldest: string, whole: string, now: string, ...entries: string[]] | null, Context>
    eventsWatch (numberOfKeys: number, ...args: Argument[]): Result<WatchReply[], Context>
    eventsGlance (numberOfKeys: number, ...args: Argument[]): Result<number[], Context>
    sessionTouch (session: string, ...args: Argument[]): Result<string[] | null, Context>
    storeProbe (key: string): Result<number, Context>
    storePacking (key: string): Result<number, Context>
  }
}

const folder = join(import.meta.dirname, 'lua')

/**
 * Adds the scripts of lua/ as commands. The name and the number of keys (N: told with each call) are in the file name; in its header are flags, includes,
 * and which of the includes make a verb that is seldom called: `Rarely: <verb> of <includes>`.
 */
export function defineScripts (client: RedisClient): void {
  for (const script of scripts) client.defineCommand(script.name, script)
}

/** Every script, whole. */
export const scripts = readdirSync(folder).filter(file => file.endsWith('.lua')).map(file => {
  const [name = '', numberOfKeys] = file.replace('.lua', '').split('-')
  const source = readFileSync(join(folder, file), 'utf8')
  // The shebang makes Redis judge the flags before the script starts: at maxmemory, on a replica, without enough replicas.
  const shebang = `#!lua flags=${headerList(source, 'Flags').join(',')}`
  const names = new Set<string>()
  return { name, ...(numberOfKeys !== 'N' && { numberOfKeys: Number(numberOfKeys) }), lua: [shebang, ...included(headerList(source, 'Includes'), names), ...seldom(source, names), source].join('\n') }
})

/** Each once, behind what it includes itself. */
function included (names: string[], known: Set<string>): string[] {
  return names.filter(name => !known.has(name)).flatMap(name => {
    known.add(name)
    const source = readFileSync(join(folder, 'includes', `${name}.lua`), 'utf8')
    return [...included(headerList(source, 'Includes'), known), source]
  })
}

/** A script makes its functions anew with each call. Those that only one verb needs are made when that is called: a seventh of what a validation costs alone. */
function seldom (source: string, known: Set<string>): string[] {
  const [verb, list] = headerList(source, 'Rarely').join().split(' of ')
  return list === undefined ? [] : [`local function ${verb}(...)`, ...included(list.split(','), known), `return ${verb}(...)`, 'end']
}

function headerList (source: string, name: string): string[] {
  const [, list] = new RegExp(`^-- +${name}: (.+)$`, 'm').exec(source) ?? []
  return list?.split(',').map(entry => entry.trim()) ?? []
}
