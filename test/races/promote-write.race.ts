import { unexpected, type Race } from './race.ts'

/** A cart that is changed while its owner logs in: what was acknowledged is in the new session. */
export default {
  name: 'promote ∥ data write',
  settings: { ANONYMOUS_SESSIONS_PER_ADDRESS: '1000000000' },
  orders: ['written before', 'claimed', 'ended'],
  lanes: 8,
  async round ({ one, two, chance, call, ghosts }, number) {
    const anonymous = await one.sessions.openAnonymous({ ipAddress: '203.0.113.7', userAgent: 'race/1.0' })
    const [opened, status] = await chance.against<[Awaited<ReturnType<typeof one.sessions.open>>, number]>(3,
      () => one.sessions.open({ userId: String(number), profile: { email: '', name: '', roles: [] }, ipAddress: '203.0.113.7', userAgent: 'race/1.0', anonymous: { credential: anonymous.credential, keeps: 'all' } }),
      () => call(two, anonymous, 'PUT', '/session/data', { key: 'late', value: number }))
    const { data } = await two.sessions.readData(opened.session)
    const faults = [...unexpected('the write', status, 200, 401, 409), ...await ghosts(anonymous)]
    if (status === 200 && data.late !== number) faults.push('an acknowledged write is lost')
    if (status !== 200 && 'late' in data) faults.push('a refused write was made')
    await one.sessions.end(opened.session)
    return { order: status === 200 ? 'written before' : status === 409 ? 'claimed' : 'ended', faults }
  }
} satisfies Race
