import type { Page } from 'playwright-core'

export interface Shown { status: number, body: string }

export type DocsPage = Awaited<ReturnType<typeof openDocs>>

/** Swagger UI as a visitor uses it: everything goes through what is on the screen. */
export async function openDocs (page: Page, origin: string) {
  const complaints: string[] = []
  page.on('pageerror', error => complaints.push(`page error: ${error.message}`))
  page.on('console', message => {
    // The browser reports every answer from 400 on; those are asked for here.
    if (message.type() === 'error' && !message.text().startsWith('Failed to load resource: the server responded with a status of 4')) complaints.push(message.text())
  })
  page.on('requestfailed', request => complaints.push(`not loaded: ${request.url()}`))
  await page.goto(`${origin}/docs`)
  await page.locator('.opblock').first().waitFor()

  const block = (operationId: string) => page.locator(`.opblock[id$="-${operationId}"]`)

  const isOpen = (operationId: string) => block(operationId).evaluate(({ classList }) => classList.contains('is-open'))

  /** A click that comes while the page is drawn anew may be lost, or count twice. */
  async function show (operationId: string, wanted: boolean): Promise<void> {
    for (let left = 3; await isOpen(operationId) !== wanted; left--) {
      if (left === 0) throw new Error(`${operationId} does not ${wanted ? 'open' : 'close'}`)
      await block(operationId).locator('.opblock-summary-control').click()
      await page.waitForTimeout(100)
    }
  }

  return {
    complaints,

    /** Opens the operation, fills in what is given, presses Execute, reads the answer off the page and closes the operation: open ones slow the page down. */
    async execute (operationId: string, { params = {}, body }: { params?: Record<string, string>, body?: object } = {}): Promise<Shown> {
      await show(operationId, true)
      const operation = block(operationId)
      await operation.locator('.btn.execute').waitFor()
      for (const [name, value] of Object.entries(params)) {
        const field = operation.locator(`tr[data-param-name="${name}"]`)
        if (await field.locator('select').count() > 0) await field.locator('select').selectOption(value)
        else await field.locator('input').fill(value)
      }
      if (body !== undefined) await operation.locator('textarea.body-param__text').fill(JSON.stringify(body))
      if (await operation.locator('.btn-clear').count() > 0) await operation.locator('.btn-clear').click()
      await operation.locator('.btn.execute').click()
      const answer = operation.locator('.live-responses-table')
      await answer.waitFor()
      const status = Number.parseInt(await answer.locator('.response-col_status').last().innerText())
      const shown = await answer.locator('.response-col_description .highlight-code').first().innerText()
      await show(operationId, false)
      return { status, body: shown }
    },

    /** What the Authorize dialog offers, in its order. */
    async offers (): Promise<string[]> {
      await page.locator('.auth-wrapper > .btn.authorize').click()
      const names = await page.locator('.dialog-ux h4 code').allInnerTexts()
      await page.locator('.dialog-ux .close-modal').click()
      return names
    },

    /** Opens the Authorize dialog and types at once, as who comes from a copied session id does; what the field of the session id holds then, and whether it is on the screen. */
    async typeIntoDialog (text: string): Promise<{ field: string, isOnScreen: boolean }> {
      await page.locator('.auth-wrapper > .btn.authorize').click()
      await page.locator('.dialog-ux .auth-container').first().waitFor()
      await page.keyboard.type(text)
      const input = page.locator('.dialog-ux .auth-container').filter({ has: page.locator('h4 code', { hasText: /^sessionId$/ }) }).locator('input')
      const field = await input.inputValue()
      const isOnScreen = await input.evaluate(element => {
        const { top, bottom, left } = element.getBoundingClientRect()
        return element.ownerDocument.elementFromPoint(left + 1, (top + bottom) / 2) === element
      })
      await page.locator('.dialog-ux .close-modal').click()
      return { field, isOnScreen }
    },

    /** What a request that the operation as it stands on the page sends beside what every request has. */
    async headersOf (operationId: string): Promise<Record<string, string>> {
      const [request] = await Promise.all([page.waitForRequest(asked => asked.resourceType() === 'fetch'), this.execute(operationId)])
      return request.headers()
    },

    /** Puts a credential into one field of the Authorize dialog and takes what was in any other away. */
    async authorize (scheme: 'sessionId' | 'bearer' | 'serviceKey', credential: string): Promise<void> {
      await page.locator('.auth-wrapper > .btn.authorize').click()
      const dialog = page.locator('.dialog-ux')
      for (const logout of await dialog.getByRole('button', { name: 'Remove authorization' }).all()) await logout.click()
      const form = dialog.locator('.auth-container').filter({ has: page.locator('h4 code', { hasText: new RegExp(`^${scheme}$`) }) })
      await form.locator('input').fill(credential)
      await form.getByRole('button', { name: 'Apply credentials' }).click()
      await dialog.locator('.close-modal').click()
    },

    /** Names of the groups, in the order on the page. */
    groups: () => page.locator('.opblock-tag > a').allInnerTexts(),
    operations: () => page.locator('.opblock').count(),
    /** What was refused by the page's Content-Security-Policy. */
    violations: () => page.evaluate(() => Reflect.get(globalThis, 'violations') as string[])
  }
}

/** Runs in every page before its own scripts. */
export const recordViolations = `
  globalThis.violations = []
  addEventListener('securitypolicyviolation', event => violations.push(event.violatedDirective + ' ' + event.blockedURI))
`
