import t from 'tap'
import { loadConfig } from '../../src/config.ts'
import { channelLimitsFault, channelLimitsOf } from '../../src/config/channels.ts'

t.test('limits of channels are read by name', async t => {
  t.strictSame(channelLimitsOf({ CHANNEL_LIMITS: ' streams:3, 4k-streams:1,' }), new Map([['streams', 3], ['4k-streams', 1]]))
  t.strictSame(channelLimitsOf({}), new Map())
})

t.test('faults are told in a sentence', async t => {
  t.equal(channelLimitsFault(undefined), null)
  t.equal(channelLimitsFault('streams:3,a-1:100'), null)
  for (const text of ['streams', 'streams:', 'streams:0', 'streams:101', 'streams:-1', 'Streams:1', ':1', '4k:1', `${'a'.repeat(33)}:1`]) t.match(channelLimitsFault(text), /^must be a comma-separated list of channel:limit/, text)
  t.equal(channelLimitsFault('a:1,a:2'), 'has the channel a twice')
  t.throws(() => loadConfig({ CHANNEL_LIMITS: 'streams' }), { message: /CHANNEL_LIMITS: must be a comma-separated list.*for example CHANNEL_LIMITS=streams:3/ })
})
