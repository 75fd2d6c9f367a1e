import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { here } from '../../load/connection.ts'
import type { Bench } from '../../measure.ts'
import type { Patience } from '../../quiet.ts'
import type { BenchRedis } from '../../redis.ts'
import { insist } from '../../report.ts'
import type { MeasuredServer } from '../../server.ts'
import type { Stage } from '../../stage.ts'

/** What a part of the figure is measured with: `open` opens sessions, so many for each user, one user after the other, and answers with the credentials. */
export interface RealtimeBench extends Bench { redis: BenchRedis, patience: Patience, open: (count: number, each?: number) => Promise<string[]> }

/** How the sockets are: open, and how the others ended. */
export interface State { open: number, ends: Record<string, number>, resets: number }

/** A process with a socket for each session, on the services in turn; they are opened when it is asked to. */
export async function seat (stage: Stage, program: string, services: MeasuredServer[], credentials: string[], env: Record<string, string> = {}): Promise<MeasuredServer> {
  const file = join(stage.folder, 'audience')
  writeFileSync(file, JSON.stringify(credentials))
  return stage.serve(program, { env: { URLS: services.map(({ url }) => url).join(), SESSIONS: file, USER_AGENT: here.userAgent, ...env }, beside: true })
}

/** That so many are open and no other has ended but these. */
export function insistOn ({ open, ends, resets }: State, expected: number, expectedEnds: Record<string, number> = {}): void {
  insist(open === expected && JSON.stringify(ends) === JSON.stringify(expectedEnds), `${open} of ${expected} sockets are open, ended are ${JSON.stringify(ends)} instead of ${JSON.stringify(expectedEnds)}`)
  insist(resets === 0, `${resets} sockets were told that something may be missing`)
}
