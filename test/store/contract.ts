import type { Test } from 'tap'
import { counting } from './contract/counting.ts'
import { data } from './contract/data.ts'
import { devices } from './contract/devices.ts'
import { deadlines } from './contract/deadlines.ts'
import { extending } from './contract/extending.ts'
import { ending } from './contract/ending.ts'
import { limits } from './contract/limits.ts'
import { goodFor } from './contract/good-for.ts'
import { history } from './contract/history.ts'
import { listing } from './contract/listing.ts'
import { opening } from './contract/opening.ts'
import { origins } from './contract/origins.ts'
import { promoting } from './contract/promoting.ts'
import { replacing } from './contract/replacing.ts'
import { rotation } from './contract/rotation.ts'
import type { MakeStore } from './contract/make-store.ts'

/**
 * What every SessionStore owes (src/sessions/store.ts), whatever it is made of or wrapped in. Only the interface is used;
 * what can be seen in Redis alone is in redis-store.test.ts.
 */
export async function storeContract (t: Test, name: string, makeStore: MakeStore): Promise<void> {
  await t.test(name, async t => {
    for (const [subject, behaviours] of Object.entries({ opening, deadlines, extending, rotation, goodFor, replacing, promoting, ending, devices, origins, limits, listing, data, counting, history })) {
      await t.test(subject, async t => behaviours(t, makeStore))
    }
  })
}
