import { spawn, spawnSync, type SpawnSyncReturns } from 'node:child_process'
import { cpSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { once } from 'node:events'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import t, { type Test } from 'tap'
import { lastingFolder } from '../embedded/fixture.ts'

const script = fileURLToPath(new URL('../../scripts/ensure-deps.mjs', import.meta.url))
const offline = { ...process.env, npm_config_offline: 'true' }

/** A small project with a locked dependency and a locked dev dependency, both of them folders, so that no registry is needed. */
function project (t: Test): string {
  const root = lastingFolder(t)
  for (const name of ['runs', 'checks']) {
    mkdirSync(join(root, 'packages', name), { recursive: true })
    writeFileSync(join(root, 'packages', name, 'package.json'), JSON.stringify({ name, version: '1.0.0' }))
  }
  mkdirSync(join(root, 'scripts'))
  cpSync(script, join(root, 'scripts', 'ensure-deps.mjs'))
  writeFileSync(join(root, 'package.json'), JSON.stringify({
    name: 'project', version: '1.0.0', dependencies: { runs: 'file:packages/runs' }, devDependencies: { checks: 'file:packages/checks' }
  }))
  spawnSync('npm', ['install', '--package-lock-only'], { cwd: root, env: offline })
  return root
}

const ensure = (root: string, env: NodeJS.ProcessEnv = {}): SpawnSyncReturns<string> =>
  spawnSync(process.execPath, [join(root, 'scripts', 'ensure-deps.mjs')], { encoding: 'utf8', env: { ...offline, ...env } })

const has = (root: string, name: string): boolean => existsSync(join(root, 'node_modules', name))

t.test('what is missing is installed, dev dependencies too, whatever npm is told to leave out', async (t) => {
  const root = project(t)
  const { status } = ensure(root, { NODE_ENV: 'production', npm_config_omit: 'dev', NPM_CONFIG_PRODUCTION: 'true' })
  t.equal(status, 0)
  t.ok(has(root, 'runs') && has(root, 'checks'))
  t.notOk(existsSync(join(root, '.deps-lock')), 'and the lock is gone')
})

t.test('what is installed already is left alone, however it was installed', async (t) => {
  const root = project(t)
  spawnSync('npm', ['install'], { cwd: root, env: offline })
  writeFileSync(join(root, 'node_modules', 'mark'), '')
  t.match(ensure(root), { status: 0, stdout: '', stderr: '' })
  t.ok(has(root, 'mark'))
})

t.test('a half install, or one for another lock file, is made again', async (t) => {
  const root = project(t)
  ensure(root)
  rmSync(join(root, 'node_modules', '.package-lock.json'))
  writeFileSync(join(root, 'node_modules', 'mark'), '')
  t.equal(ensure(root).status, 0)
  t.notOk(has(root, 'mark'))

  const text = readFileSync(join(root, 'package-lock.json'), 'utf8')
  writeFileSync(join(root, 'package-lock.json'), text.replaceAll('1.0.0', '1.0.1'))
  writeFileSync(join(root, 'node_modules', 'mark'), '')
  ensure(root)
  t.notOk(has(root, 'mark'))
})

t.test('an install waits for another one, but not for one that was killed', async (t) => {
  const root = project(t)
  const other = spawn('sleep', ['30'])
  t.teardown(() => other.kill())
  writeFileSync(join(root, '.deps-lock'), String(other.pid))
  const waiting = spawn(process.execPath, [join(root, 'scripts', 'ensure-deps.mjs')], { env: offline })
  const [line] = await once(waiting.stdout, 'data')
  t.equal(String(line), 'waiting for another install to end\n')
  t.notOk(has(root, 'runs'))
  other.kill('SIGKILL')
  t.strictSame(await once(waiting, 'exit'), [0, null])
  t.ok(has(root, 'runs'))
})

t.test('when npm fails, so does this', async (t) => {
  const root = project(t)
  rmSync(join(root, 'packages', 'runs'), { recursive: true })
  writeFileSync(join(root, 'package.json'), '{')
  t.match(ensure(root), { status: 1, stderr: /npm ci failed, see above/ })
  t.notOk(existsSync(join(root, '.deps-lock')))
})
