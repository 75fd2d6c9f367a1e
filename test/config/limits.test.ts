import t from 'tap'
import { loadConfig } from '../../src/config.ts'
import { limitsFault, limitsOf } from '../../src/config/limits.ts'

const settings = { SESSION_LIMIT: 100, SESSION_LIMIT_POLICY: 'deny' as const }

t.test('limits of device types are read by name', async t => {
  t.strictSame(limitsOf({ ...settings, SESSION_LIMIT_BY_DEVICE_TYPE: ' tv:2, mobile:5,' }), { max: 100, policy: 'deny', byDeviceType: new Map([['tv', 2], ['mobile', 5]]) })
  t.strictSame(limitsOf(settings), { max: 100, policy: 'deny', byDeviceType: new Map() })
})

t.test('faults are told in a sentence', async t => {
  t.equal(limitsFault(undefined), null)
  t.equal(limitsFault('tv:2,mobile:1000'), null)
  for (const text of ['tv', 'tv:', 'tv:0', 'tv:1001', 'tv:10000', 'tv:-1', 'tv:1.5', 'fridge:1', ':1', 'tv:1/2']) {
    t.match(limitsFault(text), /^must be a comma-separated list of type:limit, each type one of desktop, mobile, tablet, tv, bot, unknown/, text)
  }
  t.equal(limitsFault('tv:1,tv:2'), 'has the type tv twice')
  t.throws(() => loadConfig({ SESSION_LIMIT: '1001' }), { message: /SESSION_LIMIT: .*1000/ })
  t.throws(() => loadConfig({ SESSION_LIMIT_BY_DEVICE_TYPE: 'tv' }), { message: /SESSION_LIMIT_BY_DEVICE_TYPE: must be a comma-separated list.*for example SESSION_LIMIT_BY_DEVICE_TYPE=tv:2/ })
})
