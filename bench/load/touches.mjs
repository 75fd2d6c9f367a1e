/**
 * Touches sessions at Redis at a steady rate, as many instances would together: each by the service's own store and script, which writes down every use.
 * The environment says which (SESSIONS, a file of credentials as the store takes them) and where (REDIS_URL).
 * Told how many a second (`rate`), it goes on at that; asked anything, it says how many there were since it was asked last.
 */
import { readFileSync } from 'node:fs'
import { createClient, waitUntilReady } from '../../dist/store/connect.js'
import { createKeys } from '../../dist/store/keys.js'
import { createValidations } from '../../dist/store/validations.js'

const credentials = JSON.parse(readFileSync(process.env.SESSIONS, 'utf8'))
/** Touches that may be on their way: more of them only wait. */
const MOST = 2000

const client = createClient(process.env.REDIS_URL, 10_000)
await waitUntilReady(client)
// Grace, touch interval 0, age of rotation, limits of the history: as the store hands them to the script.
const validate = createValidations({ client, keys: createKeys(''), rules: () => [30_000, 0, 0, '200,7776000000,604800000'] }, command => command(), (_lookup, verdict) => verdict)
let [rate, sent, underWay, done, last] = [0, 0, 0, 0, performance.now()]

setInterval(() => {
  const now = performance.now()
  let due = Math.min(rate * (now - last) / 1000, MOST - underWay)
  last = now
  for (; due >= 1; due--) {
    underWay++
    validate(credentials[sent++ % credentials.length]).then(() => {
      underWay--
      done++
    })
  }
}, 1)

let countedAt = performance.now()
process.on('message', question => {
  if (question.observe) return
  const now = performance.now()
  process.send({ perSecond: 1000 * done / (now - countedAt) })
  rate = question.rate ?? rate
  done = 0
  countedAt = now
})
process.on('disconnect', () => process.exit())
process.send({ url: 'ready' })
