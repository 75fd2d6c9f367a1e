/** The devices of users, each with a socket. Asked, it has random devices change what theirs share, at a rate, and says what each device was told of that. */
import { ask } from './live/ask.mjs'
import { atRate, eventually, inFlight } from './live/in-turn.mjs'
import { answer, createMembers, joinAll, stateOf, urls, userAgent } from './live/members.mjs'

const EACH = Number(process.env.EACH)
const LATEST_MS = 10_000
const FLIGHT = 32

const members = createMembers({ 'data.changed': ({ versions, heardAtMs }, { version }) => { versions.push(version); heardAtMs.push(performance.now()) } })
for (const member of members) Object.assign(member, { versions: [], heardAtMs: [] })
const users = Array.from({ length: members.length / EACH }, (_, i) => ({ devices: members.slice(i * EACH, (i + 1) * EACH), changes: [], plays: 0 }))

const anyOf = list => list[Math.floor(Math.random() * list.length)]

answer({ open: () => joinAll(members), change, state: () => stateOf(members) })

async function change ({ count, perSecond }) {
  const startedAtMs = performance.now()
  const changes = await atRate(perSecond, Array.from({ length: count }), (_, number) => changeOne(number))
  const tookMs = performance.now() - startedAtMs
  for (const one of changes) one.user.changes.push(one)
  await eventually(() => users.every(({ devices, changes }) => devices.every(({ versions }) => versions.length >= changes.length)), LATEST_MS)
  const faults = users.flatMap(faultsOf)
  await inFlight(FLIGHT, users, async user => { faults.push(...await divergence(user)) })
  return { ...stateOf(members), tookMs, told: members.reduce((sum, { versions }) => sum + versions.length, 0), faults, delays: changes.flatMap(delaysOf) }
}

/** A random device of a random user, at a random instance: half of the changes add to a number that all of them count, half replace a value of their own. */
async function changeOne (number) {
  const user = anyOf(users)
  const device = anyOf(user.devices)
  const adds = number % 2 === 0
  const [method, path, body] = adds ? ['POST', '/me/data/operations', { operations: [{ op: 'increment', key: 'plays', value: 1 }] }] : ['PATCH', '/me/data', { [`place-${device.number % EACH}`]: number }]
  const askedAtMs = performance.now()
  const { version } = await ask(`${anyOf(urls)}${path}`, { method, credential: device.credential, userAgent, body })
  if (adds) user.plays++
  return { user, device, version, askedAtMs, answeredAtMs: performance.now() }
}

/** What is wrong with what the devices of a user were told: each has to be told each version once, the lower first. */
function faultsOf ({ devices, changes }) {
  const made = changes.map(({ version }) => version).sort((a, b) => a - b)
  return devices.flatMap(({ number, versions }) => String(versions) === String(made) ? [] : [`device ${number} was told ${versions} of ${made}`])
}

/** Whether the last thing that each device was told is what there is. */
async function divergence ({ devices, changes, plays }) {
  if (changes.length === 0) return []
  const device = anyOf(devices)
  const { version, data } = await ask(`${anyOf(urls)}/me/data`, { credential: device.credential, userAgent })
  const faults = devices.filter(({ versions }) => versions.at(-1) !== version).map(({ number, versions }) => `device ${number} is at ${versions.at(-1)}, the data at ${version}`)
  return (data.plays ?? 0) === plays ? faults : [...faults, `${plays} additions made ${data.plays}`]
}

/** How long after a change each other device was told of it (ms). */
function delaysOf ({ user, device, version, askedAtMs, answeredAtMs }) {
  return user.devices.filter(other => other !== device).map(({ versions, heardAtMs }) => {
    const atMs = heardAtMs[versions.indexOf(version)]
    return { fromRequestMs: atMs - askedAtMs, fromAnswerMs: atMs - answeredAtMs }
  })
}
