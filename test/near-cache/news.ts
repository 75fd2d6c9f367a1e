import { slotOf } from '../../src/sessions/credential.ts'
import type { opened } from './fakes.ts'
import type { Change } from './plain-store.ts'

/** What of the sessions is told or known: whose have ended, whose have a second generation that was used. */
export type Known = Record<Change, Set<string>>
const nothing = (): Known => ({ ended: new Set(), advanced: new Set() })

/** The news on its way to the cache, by a link that may die, and what it has heard. */
export function createNews ({ state, news }: Pick<ReturnType<typeof opened>, 'state' | 'news'>) {
  const [told, heard] = [nothing(), nothing()]
  const onTheirWay: Array<{ id: string, change: Change }> = []
  let cutAtMs: number | null = null

  return {
    heard,
    announce (id: string, change: Change): void {
      told[change].add(id)
      if (cutAtMs === null) onTheirWay.push({ id, change })
    },
    hear () {
      const next = onTheirWay.shift()
      if (next === undefined) return
      heard[next.change].add(next.id)
      news(slotOf(next.id), next.change === 'ended' ? next.id.replaceAll('-', '') : undefined)
    },
    /** The link dies: what is on its way is lost, and the proof holds for half a second at most. */
    drop () {
      onTheirWay.length = 0
      cutAtMs ??= state.nowMs
    },
    reconnect () {
      if (cutAtMs === null) return
      cutAtMs = null
      news(null)
      for (const change of ['ended', 'advanced'] as const) told[change].forEach(id => heard[change].add(id))
      state.isProven = true
    },
    wait (ms: number) {
      state.nowMs += ms
      if (cutAtMs === null || state.nowMs - cutAtMs < 500 || !state.isProven) return
      state.isProven = false
      news(null)
    }
  }
}
