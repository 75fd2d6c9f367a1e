/**
 * Compiles src/ to dist/ if dist/ is not what src/ and the locked dependencies make it. Built elsewhere and moved into place at
 * the end, so a build that was killed is made again.
 */
import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { cpSync, existsSync, readFileSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { extname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('..', import.meta.url))
const [source, target, draft] = ['src', 'dist', `node_modules/.cache/build-${process.pid}`].map((name) => join(root, name))
const stamp = 'built-from'

/** What is read at run time and not compiled. */
const ASSETS = new Set(['', '.lua', '.sql'])

/** Throws if the sources do not compile. */
export function build () {
  const wanted = fingerprint()
  if (readStamp() === wanted) return
  try {
    compile()
    cpSync(source, draft, { recursive: true, filter: (path) => ASSETS.has(extname(path)) })
    writeFileSync(join(draft, stamp), wanted)
    rmSync(target, { recursive: true, force: true })
    renameSync(draft, target)
  } finally {
    rmSync(draft, { recursive: true, force: true })
  }
}

function fingerprint () {
  const sources = readdirSync(source, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name)).sort()
  const settings = ['package-lock.json', 'tsconfig.json', 'tsconfig.build.json'].map((name) => join(root, name))
  const hash = createHash('sha256')
  for (const file of [...sources, ...settings]) hash.update(`${file.slice(root.length)}\0`).update(readFileSync(file))
  return hash.digest('hex')
}

function readStamp () {
  const file = join(target, stamp)
  return existsSync(file) ? readFileSync(file, 'utf8') : null
}

function compile () {
  const tsc = join(root, 'node_modules', 'typescript', 'bin', 'tsc')
  const { status } = spawnSync(process.execPath, [tsc, '-p', join(root, 'tsconfig.build.json'), '--outDir', draft, '--noEmitOnError'], { stdio: 'inherit' })
  if (status !== 0) throw new Error('The sources do not compile, see above.')
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  try {
    build()
  } catch (error) {
    console.error(error.message)
    process.exitCode = 1
  }
}
