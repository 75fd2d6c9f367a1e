/**
 * Installs the dependencies if what is installed is not what package-lock.json says. Runs before `start`, `test` and the like,
 * on a machine that may have nothing but Node and npm, so it uses nothing else.
 */
import { spawnSync } from 'node:child_process'
import { linkSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('..', import.meta.url))
/** Beside node_modules and not in it, because `npm ci` deletes that. */
const lock = join(root, '.deps-lock')
/** An install that takes longer than this has died on a machine that was switched off. */
const LONGEST_INSTALL_MS = 15 * 60_000

if (!isInstalled()) await alone(() => isInstalled() || install())

/** Whether npm's own record, written at the end of an install, has each locked package; those of other platforms may be missing. */
function isInstalled () {
  const wanted = readPackages('package-lock.json')
  const present = readPackages('node_modules/.package-lock.json')
  return Object.entries(wanted).every(([path, { version, integrity, optional }]) => {
    const found = present[path]
    if (path === '' || (optional && found === undefined)) return true
    return found !== undefined && found.version === version && found.integrity === integrity
  })
}

function readPackages (file) {
  try {
    return JSON.parse(readFileSync(join(root, file), 'utf8')).packages
  } catch {
    return {}
  }
}

function install () {
  const npm = process.env.npm_execpath ? [process.execPath, process.env.npm_execpath] : ['npm']
  const [file, ...args] = [...npm, 'ci', '--include=dev', '--no-audit', '--no-fund']
  const { status } = spawnSync(file, args, { cwd: root, stdio: 'inherit', env: plainEnvironment() })
  if (status !== 0) throw new Error('npm ci failed, see above')
}

/** Without what would leave out packages or their scripts: NODE_ENV=production, npm_config_omit and their kin. */
function plainEnvironment () {
  const partial = /^npm_config_(omit|production|only|include|dry_run|ignore_scripts|global|workspaces?)$/i
  const kept = Object.entries(process.env).filter(([name]) => !partial.test(name))
  return { ...Object.fromEntries(kept), NODE_ENV: '' }
}

/** One install at a time: `npm ci` begins by deleting node_modules, under the feet of whoever else is at it. */
async function alone (work) {
  for (let waited = false; !take(); waited = true) {
    if (!waited) console.log('waiting for another install to end')
    await sleep(500)
  }
  try {
    work()
  } catch (error) {
    console.error(error.message)
    process.exitCode = 1
  } finally {
    rmSync(lock, { force: true })
  }
}

/** Creates the lock with our pid in it, both at once. */
function take () {
  const draft = `${lock}.${process.pid}`
  writeFileSync(draft, String(process.pid))
  try {
    linkSync(draft, lock)
    return true
  } catch (error) {
    if (error.code !== 'EEXIST') throw error
    if (isStale()) rmSync(lock, { force: true })
    return false
  } finally {
    rmSync(draft, { force: true })
  }
}

/** Whether its owner was killed, or a reboot gave the pid to somebody else long ago. */
function isStale () {
  try {
    const age = Date.now() - statSync(lock).mtimeMs
    return age > LONGEST_INSTALL_MS || !isAlive(Number(readFileSync(lock, 'utf8')))
  } catch {
    return false
  }
}

function isAlive (pid) {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return error.code === 'EPERM'
  }
}
