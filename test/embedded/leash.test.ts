import t from 'tap'
import { leash } from '../../src/embedded/leash.ts'
import { addScript } from './fixture.ts'

t.test('with setpriv a server is bound to the life of its owner', async (t) => {
  const env = { PATH: t.testdir() }
  addScript(env.PATH, 'setpriv', 'exit 0')
  t.strictSame(leash('SIGTERM', env), ['setpriv', '--pdeathsig', 'TERM'])
})

t.test('without it, or with one that cannot do this, it is started plainly', async (t) => {
  const env = { PATH: t.testdir() }
  t.strictSame(leash('SIGTERM', env), [])
  addScript(env.PATH, 'setpriv', 'echo "unknown option" >&2; exit 1')
  t.strictSame(leash('SIGTERM', env), [])
})
