import fc from 'fast-check'
import type { LimitPolicy } from '../../../src/sessions/policies/limits.ts'
import { outcomeOf, nameOf, pick, picked, profile, type Kind, type Pick } from '../command.ts'
import { devices, lifetimes, userIds } from '../scene.ts'

interface Login { user: number, device: number, deviceId: string | null, lifetime: string, rotates: boolean, max: number, maxOfTv: number | null, policy: LimitPolicy, named: Pick | null }

type Answer = string | { id: string, credential: string, absoluteMs: number }

/** Under a limit of its own, as after a change of the configuration: one that was lowered holds from the next login on. */
export const logIn: Kind<Login, Answer> = {
  inputs: fc.record({
    // Most logins are of one user, or no limit would be reached.
    user: fc.constantFrom(0, 0, 0, 1, 2),
    device: fc.nat(devices.length - 1),
    deviceId: fc.option(fc.constantFrom('first-device-id-000', 'other-device-id-000'), { freq: 2 }),
    lifetime: fc.constantFrom(...lifetimes.keys()),
    rotates: fc.boolean(),
    max: fc.constantFrom(1, 2, 3, 3, 4, 4, 100),
    maxOfTv: fc.constantFrom(null, null, 1, 2),
    policy: fc.constantFrom<LimitPolicy[]>('evict-oldest', 'evict-idle', 'deny'),
    named: fc.option(pick, { freq: 6 })
  }),
  plan (model, { user, device, deviceId, lifetime, rotates, max, maxOfTv, policy, named }) {
    const userId = userIds[user] ?? ''
    const { type: deviceType, userAgent } = devices[device] ?? { type: 'unknown', userAgent: '' }
    const { idleMs, absoluteMs } = lifetimes.get(lifetime) ?? { idleMs: 0, absoluteMs: 0 }
    const endSession = named === null ? null : picked(model, named)
    const byDeviceType = new Map(maxOfTv === null ? [] : [['tv' as const, maxOfTv]])
    return {
      words: `login of user ${userId} on ${deviceId ?? 'a'} ${deviceType}, ${lifetime}${rotates ? ', rotates' : ''}, ${policy} over ${max}${maxOfTv === null ? '' : `, ${maxOfTv} tv`}${endSession ? `, ends ${nameOf(model, endSession)}` : ''}`,
      async perform ({ serviceWith, clock }) {
        const opened = await outcomeOf(serviceWith({ max, byDeviceType, policy }).open({
          userId, profile, ipAddress: '203.0.113.7', userAgent, deviceId: deviceId ?? undefined, lifetime, rotates, endSessionId: endSession?.id
        }))
        if (typeof opened === 'string') return opened
        const { credential, session } = opened
        return { id: session.id, credential, absoluteMs: clock.from(session.times.absoluteDeadlineMs) }
      },
      expect (answer) {
        const ending = model.whoGivesWay({ userId, deviceType, deviceId, max, maxOfType: byDeviceType.get(deviceType as 'tv') ?? null, policy, named: endSession })
        if (typeof ending === 'string') return 'session_limit_reached'
        for (const session of ending) model.end(session, session === endSession ? 'named' : 'evicted')
        if (typeof answer === 'string') return 'a session'
        const { id, credential } = answer
        model.open({ id, credential, userId, deviceType, deviceId, lifetime, idleMs, rotates, absoluteLifetimeMs: absoluteMs, toldAbsoluteMs: answer.absoluteMs })
        return answer
      }
    }
  }
}
