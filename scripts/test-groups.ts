/** Each process of a test run takes more than a second to begin, so several test files of one folder share one. */
import { spawnSync } from 'node:child_process'
import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { pathToFileURL } from 'node:url'

/** More would leave a core without work at the end. */
const FILES_IN_A_GROUP = 4

/** Files to give to tap instead of these, which `suite` runs: each imports a few of them, one after the other. */
export function testGroups (root: string, suite: string, all: string[]): string[] {
  const folder = join(root, '.tap', 'groups', suite)
  rmSync(folder, { recursive: true, force: true })
  mkdirSync(folder, { recursive: true })
  // From the last to the first: users, store and server take longest, and what begins last should be over soon.
  return grouped(all).reverse().map(files => {
    const name = join(folder, `${files.map(file => file.replace(/^test\/|\.test\.ts$/g, '').replaceAll('/', '-')).join('+')}.test.mjs`)
    writeFileSync(name, files.map(file => `await import(${JSON.stringify(pathToFileURL(join(root, file)).href)})\n`).join(''))
    return name
  })
}

/** What tap would find, as .taprc includes and excludes it. */
export function filesOf (root: string, tap: string): string[] {
  const { status, stdout } = spawnSync(process.execPath, [tap, 'list'], { cwd: root, encoding: 'utf8' })
  if (status !== 0) throw new Error('tap does not list its files')
  return stdout.split('\n').filter(line => line.endsWith('.test.ts'))
}

function grouped (files: string[]): string[][] {
  const groups: string[][] = []
  for (const file of files.sort()) {
    const last = groups.at(-1)
    const fits = last !== undefined && last.length < FILES_IN_A_GROUP && dirname(last[0] ?? '') === dirname(file)
    if (fits) last.push(file)
    else groups.push([file])
  }
  return groups
}
