import { execFile } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import t from 'tap'
import { lastingFolder } from './embedded/fixture.ts'
import { curl } from './readme/curl.ts'
import { runServer } from './server-process.ts'

const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8')
const [, steps = ''] = /<!-- steps -->\n```sh\n([\s\S]*?)```\n<!-- \/steps -->/.exec(readme) ?? []
const shown = steps.split('\n').filter(line => line.startsWith('# {')).map(line => line.slice(2))

/** What the README shows, as a pattern: `…` stands for anything, a time for any time. */
const patternOf = (text: string) => new RegExp(`^${text
  .replace(/[.*+?^${}()|[\]\\]/g, '\\$&')
  .replaceAll('…', '.*')
  .replace(/"\d{13}"/g, '"\\d{13}"')}$`)

t.test('the steps of the README, pasted in order, give what they show', async t => {
  const folder = lastingFolder(t)
  const url = await runServer(t, { DATA_DIR: join(folder, 'data') }).url
  const script = join(folder, 'steps.sh')
  writeFileSync(script, curl + steps.replaceAll('http://127.0.0.1:3000', String(url)).replace(/^# \{.*$/gm, 'echo; echo @@'))
  // A pipe of the shell's, because the first step opens /dev/stderr.
  const { stdout } = await promisify(execFile)('bash', ['-c', 'bash -u "$0" 2>&1 | cat', script])

  t.ok(shown.length >= 7, 'seven steps and more')
  const answers = stdout.split('@@\n').slice(0, -1).map(answer => answer.trim())
  t.equal(answers.length, shown.length)
  for (const [i, text] of shown.entries()) t.match(answers[i], patternOf(text), text)
})
