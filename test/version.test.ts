import { readFileSync } from 'node:fs'
import t from 'tap'
import { version } from '../src/version.ts'

t.test('the service says the version of its package', async t => {
  t.equal(version, JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')).version)
})
