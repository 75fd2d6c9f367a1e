/*
 * A corpus of what happens to honest devices, made from user agents of real traffic, and of what a thief looks like.
 */
import { readFileSync } from 'node:fs'
import t from 'tap'
import { judgeBinding, type BindingMode } from '../../../src/sessions/policies/binding.ts'
import { createDeviceIds } from '../../../src/sessions/devices/device-id.ts'
import { createKeyring } from '../../../src/sessions/keyring.ts'
import { bindingOf, deviceIn } from '../../../src/sessions/devices/surroundings.ts'
import { randomKeyring } from '../../harness.ts'
import { createChance } from '../../races/chance.ts'

interface Place { address: string, userAgent: string, deviceId?: string }

const deviceIds = createDeviceIds(createKeyring(randomKeyring()))
const { random } = createChance(20_240_601)
const upTo = (limit: number) => Math.floor(random() * limit)

/** Distinct ones, each with what its device says of its platform elsewhere than in the text. */
const corpus = JSON.parse(readFileSync(new URL('user-agents.json', import.meta.resolve('user-agents')), 'utf8')) as Array<{ userAgent: string, platform: string }>
const devices = [...new Map(corpus.map(({ userAgent, platform }) => [userAgent, { userAgent, platform }])).values()]
const ipv4 = () => `${1 + upTo(223)}.${upTo(256)}.${upTo(256)}.${1 + upTo(254)}`
const hextets = (count: number) => Array.from({ length: count }, () => upTo(65_536).toString(16)).join(':')

/** The next release: each version number of three and more characters goes up, as browsers do it every few weeks. */
const updated = (userAgent: string) => userAgent.replaceAll(/(?<=(?:Chrome|CriOS|Firefox|FxiOS|Edg|OPR|SamsungBrowser|Version|rv|OS)[/: ])\d+/g, version => String(Number(version) + 1 + upTo(3)))

/** What becomes of a session that moves so, if every signal is looked at in that mode. */
function moved (from: Place, to: Place, mode: BindingMode): BindingMode {
  const bound = bindingOf(from.address, from.userAgent, deviceIds.markOf('1', from.deviceId))
  const seen = bindingOf(to.address, to.userAgent, deviceIds.markOfUse('1', deviceIn(bound), to.deviceId))
  return judgeBinding(bound, seen, { network: mode, client: mode, device: mode }).mode
}

const isFlagged = (from: Place, to: Place) => moved(from, to, 'step-up') === 'step-up'

const updates = devices.map(({ userAgent }): [Place, Place] => {
  const address = ipv4()
  return [{ address, userAgent }, { address, userAgent: updated(userAgent) }]
})
const privacyAddresses = devices.map(({ userAgent }): [Place, Place] => {
  const prefix = `2001:${hextets(3)}`
  return [{ address: `${prefix}:${hextets(4)}`, userAgent }, { address: `${prefix}:${hextets(4)}`, userAgent }]
})
const sameNetwork = devices.map(({ userAgent }): [Place, Place] => {
  const [a, b, c] = [1 + upTo(223), upTo(256), upTo(256)]
  return [{ address: `${a}.${b}.${c}.${upTo(256)}`, userAgent }, { address: `::ffff:${a}.${b}.${c}.${upTo(256)}`, userAgent }]
})

/** With each update in turn: the same id, none where there was one, one where there was none. */
const deviceIdsSent = updates.map(([from, to], i): [Place, Place] => {
  const deviceId = hextets(4)
  return [{ ...from, ...(i % 3 < 2 && { deviceId }) }, { ...to, ...(i % 3 !== 1 && { deviceId }) }]
})

t.test('updates, privacy addresses, other addresses of one network and device ids that are sent or not interrupt nobody', async t => {
  const honest = { updates, privacyAddresses, sameNetwork, deviceIdsSent }
  const flagged = Object.entries(honest).map(([name, transitions]) => `${name} ${transitions.filter(([from, to]) => isFlagged(from, to)).length} of ${transitions.length}`)
  t.comment(`flagged: ${flagged.join(', ')}`)
  const all = Object.values(honest).flat()
  t.ok(all.length >= 1000, `${all.length} transitions`)
  t.ok(updates.filter(([from, to]) => from.userAgent !== to.userAgent).length > 0.9 * updates.length, 'the updates are some')
  for (const mode of ['observe', 'step-up', 'enforce'] as const) t.strictSame(all.filter(([from, to]) => moved(from, to, mode) !== 'off'), [], mode)
})

t.test('another network and another platform at once is flagged', async t => {
  const thefts = Array.from({ length: 5000 }, (): [Place, Place, boolean] => {
    const [victim, thief] = [devices[upTo(devices.length)], devices[upTo(devices.length)]]
    return [{ address: ipv4(), userAgent: victim?.userAgent ?? '' }, { address: ipv4(), userAgent: thief?.userAgent ?? '' }, victim?.platform !== thief?.platform]
  }).filter(([, , isOtherPlatform]) => isOtherPlatform)
  const caught = thefts.filter(([from, to]) => isFlagged(from, to)).length
  const byClient = thefts.filter(([from, to]) => isFlagged(from, { ...to, address: from.address })).length
  t.comment(`flagged: ${caught} of ${thefts.length}; by the user agent alone ${byClient}`)
  t.equal(thefts.filter(([from]) => !isFlagged({ ...from, deviceId: 'a' }, { ...from, deviceId: 'b' })).length, 0, 'another device id, whatever else is the same')
  t.ok(thefts.length >= 1000)
  t.ok(caught >= 0.99 * thefts.length)
  // By the network alone all of them are: without it the user agent has to tell, which it cannot where two systems call themselves the same.
  t.ok(byClient >= 0.85 * thefts.length, `${byClient} by the user agent`)
})

t.test('who leaves the house is noticed, and by default not disturbed', async t => {
  const roaming = devices.map(({ userAgent }): [Place, Place] => [{ address: ipv4(), userAgent }, { address: ipv4(), userAgent: updated(userAgent) }])
  const known = (deviceId: string) => roaming.map(([from, to]): [Place, Place] => [{ ...from, deviceId }, { ...to, deviceId }])
  for (const [name, transitions] of Object.entries({ roaming, 'with a device id': known('phone') })) {
    const outcomes = new Set(transitions.map(([from, to]) => moved(from, to, 'observe')))
    t.strictSame(outcomes, new Set(['observe']), `${name}: nobody is asked for the password, and no session ends`)
    t.ok(transitions.every(([from, to]) => moved(from, to, 'step-up') === 'step-up' && moved(from, to, 'enforce') === 'enforce'), `${name}: unless that is asked for`)
  }
})
