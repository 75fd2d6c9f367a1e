import t from 'tap'
import { build, login, loginByCookie } from '../harness.ts'
import { outcomeOf, ownPage, partsOf } from './attempt.ts'

/*
 * One wrong spelling of the protected name after the other: test/plugins/http/session-cookie.test.ts. Repeated headers on a real
 * connection: test/plugins/cookie-mode.test.ts. Here is what an attacker makes of it.
 */

t.test('two session cookies are refused whatever the second is worth, in either order, and nothing is done', async t => {
  const { app } = await build(t)
  const [victim, attacker, dead] = [await loginByCookie(app), await loginByCookie(app, 'bob'), await login(app)]
  await dead.call('POST', '/logout')
  const { id, proof } = partsOf(victim.credential)
  const tossed = [attacker.credential, dead.credential, `${id}.2.${proof}`, id, 'x', `"${victim.credential}"`, `${victim.credential} `.replace(' ', '%20')]
  for (const value of tossed) {
    const [one, other] = [victim.cookie, `__Host-session=${value}`]
    for (const cookie of [`${one}; ${other}`, `${other}; ${one}`, `${one}; a=b; ${other}; ${one}`]) {
      for (const [method, url] of [['GET', '/me'], ['PUT', '/session/data'], ['POST', '/session/rotate'], ['DELETE', '/sessions/all'], ['POST', '/logout']] as const) {
        const response = await app.inject({ method, url, ...(method === 'PUT' && { payload: { key: 'a', value: 1 } }), headers: { ...ownPage, cookie } })
        if (outcomeOf(response) !== '400 credentials_disagree') t.fail(`${method} ${url}: ${response.body}`)
        if (response.headers['set-cookie'] !== undefined) t.fail(`${method} ${url} set a cookie`)
      }
    }
  }
  for (const [{ cookie }, name] of [[victim, 'Alice'], [attacker, 'Bob']] as const) t.equal(outcomeOf(await app.inject({ url: '/me', headers: { cookie } })), `200 ${name}`, 'both go on')
  t.strictSame((await app.inject({ url: '/session/data', headers: { cookie: victim.cookie } })).json(), { data: {} })
})

t.test('a neighbour’s cookie under the plain name does nothing beside the protected one, and nothing alone', async t => {
  const { app } = await build(t)
  const [victim, attacker] = [await loginByCookie(app), await loginByCookie(app, 'bob')]
  const planted = `session=${attacker.credential}`
  const me = async (cookie: string) => outcomeOf(await app.inject({ url: '/me', headers: { cookie } }))
  t.equal(await me(planted), '401 no_session')
  for (const cookie of [`${planted}; ${victim.cookie}`, `${victim.cookie}; ${planted}`, `${planted}; ${planted}; ${victim.cookie}; ${planted}`]) t.equal(await me(cookie), '200 Alice')
  const out = await app.inject({ method: 'POST', url: '/logout', headers: { ...ownPage, cookie: `${planted}; ${victim.cookie}` } })
  t.equal(out.statusCode, 200)
  t.equal(await me(victim.cookie), '401 invalid_session')
  t.equal(await me(attacker.cookie), '200 Bob', 'only the session of the protected one has ended')
})

t.test('on plain HTTP, where neighbours can set the name, two are refused all the same', async t => {
  const { app } = await build(t, { COOKIE_SECURE: 'false' })
  const [victim, attacker] = [await loginByCookie(app), await loginByCookie(app, 'bob')]
  const me = async (cookie: string) => outcomeOf(await app.inject({ url: '/me', headers: { cookie } }))
  t.equal(victim.name, 'session')
  t.equal(await me(`${victim.cookie}; ${attacker.cookie}`), '400 credentials_disagree')
  t.equal(await me(`${attacker.cookie}; ${victim.cookie}`), '400 credentials_disagree')
  t.equal(await me(`__Host-session=${attacker.credential}; ${victim.cookie}`), '200 Alice')
})

t.test('a cookie and a header that disagree are refused, whichever of them is good', async t => {
  const { app } = await build(t)
  const [victim, attacker, dead] = [await loginByCookie(app), await login(app, 'bob'), await login(app)]
  await dead.call('POST', '/logout')
  for (const other of [attacker.credential, dead.credential, partsOf(victim.credential).id, 'x']) {
    for (const [inCookie, inHeader] of [[victim.credential, other], [other, victim.credential]]) {
      const cookie = `__Host-session=${inCookie}`
      for (const header of [{ 'x-session-id': `${inHeader}` }, { authorization: `Bearer ${inHeader}` }]) {
        t.equal(outcomeOf(await app.inject({ url: '/me', headers: { cookie, ...header } })), '400 credentials_disagree')
      }
    }
  }
})
