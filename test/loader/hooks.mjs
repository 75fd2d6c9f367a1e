import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

/** What has been compiled, under the hash of where it lies and of what it says. */
const cache = new URL('../../node_modules/.cache/test-loader/', import.meta.url)
mkdirSync(cache, { recursive: true })

/** TypeBox is hundreds of files, each of which the hooks would have to be asked about: here it is one. */
const typebox = await bundled('@sinclair/typebox')

export async function resolve (specifier, context, nextResolve) {
  return specifier === '@sinclair/typebox' ? { url: typebox.href, format: 'module', shortCircuit: true } : nextResolve(specifier, context)
}

async function bundled (name) {
  const { version } = JSON.parse(readFileSync(new URL(`../../node_modules/${name}/package.json`, import.meta.url), 'utf8'))
  const kept = new URL(`${name.replaceAll('/', '-')}-${version}.mjs`, cache)
  if (!existsSync(kept)) {
    const { build } = await import('esbuild')
    const { outputFiles: [{ text }] } = await build({ stdin: { contents: `export * from '${name}'`, resolveDir: fileURLToPath(new URL('.', import.meta.url)) }, bundle: true, format: 'esm', platform: 'node', write: false })
    keep(text, kept)
  }
  return kept
}

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
  keep(code, kept)
  return code
}

/** Moved into its place whole: others read there meanwhile. */
function keep (code, kept) {
  const own = new URL(`${kept.href}.${process.pid}`)
  writeFileSync(own, code)
  renameSync(own, kept)
}
