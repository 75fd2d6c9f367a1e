import { setImmediate as settled } from 'node:timers/promises'
import t from 'tap'
import { createAttendance } from '../../src/events/attendance.ts'
import { createListener } from '../../src/events/listener.ts'
import { createRegistry } from '../../src/events/registry.ts'

const alice = { userId: '1', id: 'e1080000-0000-4000-8000-000000000001', generation: 1 }

function opened () {
  const listening = createRegistry()
  const state = { fails: false, hadLapsed: false }
  const told = { leases: 0, left: [] as string[] }
  const attendance = createAttendance({
    listening,
    log: {
      async keepLease () {
        told.leases++
        if (state.fails) throw new Error('away')
        return state.hadLapsed
      },
      async leave (_userId, sessionId) {
        if (state.fails) throw new Error('away')
        told.left.push(sessionId)
      }
    }
  })
  const join = () => listening.add(alice, createListener(() => {}, alice.id, null), { outlet: { send: () => {}, end: () => {} }, generation: 1 })
  return { attendance, state, told, join }
}

t.test('an instance says once a second that it is there, as long as anybody listens', async t => {
  const { attendance, state, told, join } = opened()
  attendance.keep(0)
  t.equal(told.leases, 0)
  join()
  for (const atMs of [500, 1000, 1999, 2000]) attendance.keep(atMs)
  t.equal(told.leases, 2)
  state.fails = true
  attendance.keep(3000)
  await settled()
  t.equal(told.leases, 3)
})

t.test('whoever others took to be gone says anew who is connected', async t => {
  const { attendance, state, join } = opened()
  const { user } = join()
  user.renewAtMs = 60_000
  attendance.keep(0)
  await settled()
  t.equal(user.renewAtMs, 60_000)
  state.hadLapsed = true
  attendance.keep(1000)
  await settled()
  t.equal(user.renewAtMs, 0)
})

t.test('that somebody left is told, later if it cannot be now, and not of who has come back', async t => {
  const { attendance, state, told, join } = opened()
  state.fails = true
  attendance.leave(alice.userId, alice.id)
  await settled()
  state.fails = false
  attendance.keep(0)
  t.strictSame(told.left, [alice.id])
  join()
  attendance.leave(alice.userId, alice.id)
  t.strictSame(told.left, [alice.id])
})
