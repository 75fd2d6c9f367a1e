import { createHash } from 'node:crypto'
import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

/** What has been compiled, under the hash of where it lies and of what it says. */
const cache = new URL('../../node_modules/.cache/test-loader/', import.meta.url)
mkdirSync(cache, { recursive: true })

/** Module customization hook: compiles .ts files line by line, with the source map from which coverage is read. */
export async function load (url, context, nextLoad) {
  if (!url.startsWith('file:') || !new URL(url).pathname.endsWith('.ts')) return nextLoad(url, context)
  const sourcefile = fileURLToPath(url)
  const source = readFileSync(sourcefile, 'utf8')
  const kept = new URL(createHash('sha256').update(`${sourcefile}\n${source}`).digest('hex'), cache)
  return { format: 'module', source: read(kept) ?? await compile(sourcefile, source, kept), shortCircuit: true }
}

function read (file) {
  try {
    return readFileSync(file, 'utf8')
  } catch {
    return null
  }
}

async function compile (sourcefile, source, kept) {
  // Only here: every process of the run would start its compiler, and most find everything compiled.
  const { transform } = await import('esbuild')
  const { code } = await transform(source, {
    loader: 'ts',
    format: 'esm',
    target: 'es2023',
    sourcefile,
    sourcemap: 'inline',
    sourcesContent: false,
    tsconfigRaw: { compilerOptions: { verbatimModuleSyntax: true } }
  })
  // Moved into its place whole: others read there meanwhile.
  const own = new URL(`${kept.href}.${process.pid}`)
  writeFileSync(own, code)
  renameSync(own, kept)
  return code
}
