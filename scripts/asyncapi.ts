/** Part of `npm run openapi`: writes openapi/asyncapi.json from the schemas of the live events; `--check` fails when the committed file is stale. */
import { readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { asyncApi } from '../src/routes/events/asyncapi.ts'

const file = fileURLToPath(new URL('../openapi/asyncapi.json', import.meta.url))
const text = `${JSON.stringify(asyncApi, null, 2)}\n`

if (!process.argv.includes('--check')) {
  writeFileSync(file, text)
  console.log('openapi/asyncapi.json is written.')
} else if (readFileSync(file, 'utf8') === text) {
  console.log('openapi/asyncapi.json is up to date.')
} else {
  console.error('openapi/asyncapi.json is stale: run `npm run openapi` and commit the result.')
  process.exitCode = 1
}
