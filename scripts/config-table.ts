/** Writes the configuration table of the README from the schema; `--check` only says whether it is up to date. */
import { readFileSync, writeFileSync } from 'node:fs'
import { configTable } from '../src/config.ts'

const readme = new URL('../README.md', import.meta.url)
const between = /(<!-- configuration -->\n)[\s\S]*?(<!-- \/configuration -->)/

const text = readFileSync(readme, 'utf8')
const fresh = text.replace(between, (_all, start: string, end: string) => `${start}${configTable()}\n${end}`)

if (!process.argv.includes('--check')) {
  writeFileSync(readme, fresh)
} else if (!between.test(text) || fresh !== text) {
  console.error('The configuration table of the README is stale: npm run readme')
  process.exitCode = 1
}
