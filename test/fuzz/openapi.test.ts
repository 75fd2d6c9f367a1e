import fc from 'fast-check'
import type { InjectOptions } from 'fastify'
import t from 'tap'
import { keepPasswords } from './passwords.ts'
import { build } from '../harness.ts'
import { unlimitedLogins } from '../unlimited-logins.ts'
import { placesOf, type Document, type Place } from './document.ts'
import { another, inputsFor, keyOfStore, nextCursor, type Input } from './inputs.ts'
import { judge } from './judgement.ts'
import { createPeople, type People } from './people.ts'
import { createValidator } from './validator.ts'
import { exampleCredential } from '../../src/routes/examples.ts'

/** Requests in all; FUZZ_RUNS=100000 looks longer. */
const runs = Number(process.env.FUZZ_RUNS ?? 9000)
/** FUZZ_SEED repeats a run. */
const seed = Number(process.env.FUZZ_SEED ?? Date.now() % 2 ** 31)

t.test(`whatever comes in, what goes out is documented (FUZZ_SEED=${seed} FUZZ_RUNS=${runs})`, { timeout: 120_000 + runs * 20 }, async t => {
  const { app, config } = await build(t, { LOG_LEVEL: 'error', CHANNEL_LIMITS: 'streams:100', ...unlimitedLogins })
  const document = (await app.inject('/openapi.json')).json<Document>()
  const validator = createValidator(document)
  const people = await createPeople(app, config.SESSION_KEYS)
  const passwords = await keepPasswords(t, config.DATABASE_URL)
  const seen = new Map<string, number>()

  const places = placesOf(document)
  const property = fc.asyncProperty(fc.oneof(...places.map(({ operation }) => inputsFor(operation, document))), async input => {
    const place = placeOf(places, input)
    const response = await app.inject(await requestOf(place, input, people))
    const mark = `${input.operationId} ${Math.floor(response.statusCode / 100)}xx`
    seen.set(mark, (seen.get(mark) ?? 0) + 1)
    const fault = judge(place, input, response, validator)
    if (fault !== null) throw new Error(`${input.operationId} ${fault}\n${response.body.slice(0, 500)}`)
    if (response.statusCode >= 300) return
    if (changingStore.includes(input.operationId)) await people.renewStore()
    if (['changePassword', 'updateUser', 'deleteUser', 'setUserPassword'].includes(input.operationId)) await passwords.restore()
    if (ending.includes(input.operationId)) await people.renew()
  })
  const outcome = await fc.check(property, { numRuns: runs, seed, endOnFailure: false })

  if (outcome.failed) return t.fail(`${String(outcome.errorInstance)}\n${fc.defaultReportMessage(outcome)}`)
  t.comment([...seen].sort().map(([mark, times]) => `${mark}: ${times}`).join(', '))
  const floor = Math.floor(runs / places.length / 60)
  for (const { operation: { operationId } } of places) {
    t.ok((seen.get(`${operationId} 2xx`) ?? 0) >= floor, `${operationId} was answered with success`)
    t.ok((seen.get(`${operationId} 4xx`) ?? 0) >= floor, `${operationId} was refused`)
  }
})

const ending = ['logout', 'endAllSessions', 'endSession', 'reauthenticate', 'changePassword', 'updateUser', 'deleteUser', 'setUserPassword', 'endUserSession', 'endUserSessions', 'endListedSessions']

const changingStore = ['deleteCaller', 'addCallerKey', 'addCallerPublicKey', 'deleteCallerKey']

/** What only exists at the time of the request. */
const placeholders = new Map<string, (people: People) => string>([[another, people => people.anotherId()], [keyOfStore, people => people.storeKeyId()]])

function placeOf (places: Place[], { operationId }: Input): Place {
  const place = places.find(({ operation }) => operation.operationId === operationId)
  if (place === undefined) throw new Error(`${operationId} is not documented`)
  return place
}

async function requestOf (place: Place, { params, query, headers, credential, body }: Input, people: People): Promise<InjectOptions> {
  const path = place.path.replace(/\{(\w+)\}/g, (_, name: string) => placeholders.get(params[name] ?? '')?.(people) ?? params[name] ?? '')
  // Whoever waits for nothing to happen is a test of its own.
  const search = (query.includes(nextCursor) ? query.replaceAll(nextCursor, await people.cursor()) : query).replace(/\bwait=(\d|[12]\d|30)(?!\d)/, 'wait=0')
  return {
    method: place.method.toUpperCase() as InjectOptions['method'],
    url: search === '' ? path : `${path}?${search}`,
    headers: { ...headers, ...people.headersFor(credential), ...(body !== null && body.contentType !== null && { 'content-type': body.contentType }) },
    // What the document shows for a credential opens nothing.
    ...(body !== null && { payload: body.text.replaceAll(exampleCredential, people.credential()) })
  }
}
