import t from 'tap'
import { chosenLifetime, longestOf, type LifetimeWish } from '../../../src/sessions/policies/lifetimes.ts'

const lifetimes = new Map([
  ['default', { idleMs: 1, absoluteMs: 2 }],
  ['rememberMe', { idleMs: 3, absoluteMs: 9 }],
  ['tv', { idleMs: 5, absoluteMs: 6 }]
])

t.test('a login chooses by name, by rememberMe, or not at all', t => {
  const chosen = (wish: LifetimeWish) => chosenLifetime(lifetimes, wish)
  t.equal(chosen({}), 'default')
  t.equal(chosen({ rememberMe: false, lifetime: 'tv' }), 'tv')
  t.equal(chosen({ rememberMe: true }), 'rememberMe')
  t.equal(chosen({ rememberMe: true, lifetime: 'rememberMe' }), 'rememberMe')
  t.throws(() => chosen({ lifetime: 'toString' }), { code: 'validation_failed', message: /default, rememberMe, tv/, extras: { errors: [{ pointer: '/lifetime' }] } })
  t.throws(() => chosen({ rememberMe: true, lifetime: 'tv' }), { code: 'validation_failed' })
  t.end()
})

t.test('the longest of them bounds everything that is kept for a session', t => {
  t.equal(longestOf(lifetimes), 9)
  t.end()
})
