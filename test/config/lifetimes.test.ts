import t from 'tap'
import { loadConfig } from '../../src/config.ts'
import { lifetimesFault, lifetimesOf } from '../../src/config/lifetimes.ts'

t.test('two profiles are always there, further ones come from the list', t => {
  t.strictSame([...lifetimesOf(loadConfig({}))], [
    ['default', { idleMs: 3_600_000, absoluteMs: 86_400_000 }],
    ['rememberMe', { idleMs: 1_209_600_000, absoluteMs: 2_592_000_000 }]
  ])
  const config = loadConfig({ SESSION_IDLE_SECONDS: '1', REMEMBER_ME_SECONDS: '2', SESSION_LIFETIMES: 'tv:3/4, kioskA1:5/6,' })
  t.match(lifetimesOf(config).get('default'), { idleMs: 1000 })
  t.match(lifetimesOf(config).get('rememberMe'), { absoluteMs: 2000 })
  t.strictSame([...lifetimesOf(config)].slice(2), [['tv', { idleMs: 3000, absoluteMs: 4000 }], ['kioskA1', { idleMs: 5000, absoluteMs: 6000 }]])
  t.end()
})

t.test('what is no list of profiles is refused with what is wrong', t => {
  t.equal(lifetimesFault(undefined), null)
  t.equal(lifetimesFault('tv:1/31536000'), null)
  for (const text of ['tv', 'tv:1', 'tv:1/', 'tv:-1/5', 'tv:1.5/5', 'TV:1/5', ':1/5', 'a b:1/5', `${'x'.repeat(33)}:1/5`]) t.match(lifetimesFault(text), /^must be a comma-separated list/, text)
  t.match(lifetimesFault('tv:1/2,tv:3/4'), /tv twice/)
  t.match(lifetimesFault('rememberMe:1/2'), /rememberMe twice/)
  for (const text of ['tv:0/5', 'tv:5/0', 'tv:5/31536001']) t.match(lifetimesFault(text), /^must give tv two whole numbers/, text)
  t.throws(() => loadConfig({ SESSION_LIFETIMES: 'tv' }), { message: /SESSION_LIFETIMES: must be a comma-separated list.*for example SESSION_LIFETIMES=tv:7776000/ })
  t.end()
})
