import t from 'tap'
import { setTimeout as sleep } from 'node:timers/promises'
import { createUserDatabase } from '../../src/users/database.ts'
import { hashPassword } from '../../src/users/passwords/scheme.ts'
import { createUserRepository } from '../../src/users/repository.ts'
import { demo } from '../harness.ts'
import { testDatabase } from '../users/database.ts'
import { instances } from './instance.ts'

t.test('a queue of logins longer than the stop may take does not hold it up, and each of them is answered', async t => {
  const DATABASE_URL = await testDatabase(t)
  await makeCostly(DATABASE_URL)
  const start = await instances(t, { DATABASE_URL, SHUTDOWN_SECONDS: '6', BCRYPT_COST: '10', HASH_QUEUE_LIMIT: '200' })
  const { url, child, exited } = await start()
  const logIn = () => fetch(`${url}/login`, {
    method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(demo.alice)
  }).then(({ status }) => status)
  await logIn()
  const queued = Promise.all(Array.from({ length: 200 }, logIn))
  await sleep(1000) // until they have arrived, on a slow machine too: who has sent nothing yet is not waited for
  child.kill('SIGTERM')
  t.strictSame(await exited, [0, null], 'it ends by itself')
  t.strictSame([...new Set(await queued)].sort(), [200, 503])
})

/** Makes each login of alice some fifty milliseconds of work: one has to be over in time on a slow machine, too, and two hundred on none. */
async function makeCostly (databaseUrl: string): Promise<void> {
  const database = createUserDatabase(databaseUrl)
  await createUserRepository(database).setPasswordHash(demo.alice.email, hashPassword({ password: demo.alice.password, cost: 10 }))
  await database.close()
}
