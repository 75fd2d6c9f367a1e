/**
 * `npm run test:browser`: a visitor in Debian's Chromium logs in from /docs, authorizes, and tries every operation;
 * pages of a site use the client package; two windows show the example page of live events.
 * The service is the one that `npm start` runs, on private servers in a temporary folder.
 * With `-- --pictures` the screenshots of docs/images are made anew.
 */
import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { chromium } from 'playwright-core'
import { loadConfig } from '../../src/config.ts'
import { startInstance } from '../../src/instance.ts'
import { requireChromium } from './chromium.ts'
import { startSite, useClient } from './client-page.ts'
import { openDocs, recordViolations } from './docs-page.ts'
import { useLivePage } from './live-page.ts'
import { startExample } from './two-windows.ts'
import { visit } from './visit.ts'

const images = fileURLToPath(new URL('../../docs/images/', import.meta.url))
const folder = mkdtempSync(join(tmpdir(), 'sessions-browser-'))
let [passed, failed] = [0, 0]

/** One sentence about the page, and whether it holds. A later step goes on from where this one left the page. */
async function step (sentence: string, work: () => Promise<void>): Promise<void> {
  try {
    await work()
    passed++
    console.log(`ok - ${sentence}`)
  } catch (error) {
    failed++
    console.log(`not ok - ${sentence}\n  ${String(error).replaceAll('\n', '\n  ')}`)
  }
}

async function run (): Promise<void> {
  const executablePath = requireChromium()
  const [site, stranger] = [await startSite(), await startSite()]
  const config = loadConfig({ PORT: '0', CORS_ORIGINS: site.origin, DATA_DIR: join(folder, 'data'), BCRYPT_COST: '4', LOG_LEVEL: 'silent' })
  const instance = await startInstance(config, { logStream: { write: () => true }, tell: sentence => console.log(sentence) })
  const browser = await chromium.launch({ executablePath, chromiumSandbox: false })
  try {
    const page = await browser.newPage({ viewport: { width: 1000, height: 700 } })
    // A page of Swagger UI takes seconds to draw where there is no graphics card.
    page.setDefaultTimeout(60_000)
    await page.addInitScript({ content: recordViolations })
    const docs = await openDocs(page, instance.url)
    await visit(docs, instance.url, step)
    await step('nothing was complained about on the way', async () => {
      assert.deepEqual(docs.complaints, [])
      assert.deepEqual(await docs.violations(), [])
    })
    await useClient(browser, instance.url, site, stranger, step)
    const example = await startExample(folder)
    await useLivePage(browser, example.addresses, process.argv.includes('--pictures') ? images : folder, step).finally(example.stop)
    if (failed > 0) await page.screenshot({ path: join(folder, 'docs.png'), fullPage: true })
  } finally {
    await browser.close()
    await instance.stop()
    site.stop()
    stranger.stop()
    for (const data of ['data', 'live']) rmSync(join(folder, data), { recursive: true, force: true })
  }
}

try {
  await run()
} catch (error) {
  failed++
  console.error(error)
}
if (failed > 0) console.log(`What the page looked like: ${folder}`)
else rmSync(folder, { recursive: true, force: true })
console.log(`${passed} passed, ${failed} failed`)
process.exitCode = failed === 0 ? 0 : 1
