import assert from 'node:assert/strict'
import { join } from 'node:path'
import type { Browser, Locator } from 'playwright-core'
import { openWindow, type Window } from './two-windows.ts'

type Step = (sentence: string, work: () => Promise<void>) => Promise<void>

/** How soon the other window has to show it. */
const BOUND_MS = 1000

/** How often the device that plays says where it is. */
const REPORT_MS = 2000

const SIZE = { width: 560, height: 840 }

/** How long it took until an element had that text. */
async function shows (element: Locator, text: string | RegExp, withinMs = BOUND_MS): Promise<number> {
  const from = performance.now()
  await element.filter({ hasText: text }).waitFor({ timeout: withinMs })
  return performance.now() - from
}

const seconds = (text: string): number => {
  const [, minutes = 0, rest = 0] = /^(\d+):(\d+)/.exec(text) ?? []
  return Number(minutes) * 60 + Number(rest)
}

/** The example page in two windows, each on an instance of its own; `pictures` is where their screenshots go. */
export async function useLivePage (browser: Browser, [first, second]: readonly [string, string], pictures: string, step: Step): Promise<void> {
  const laptop = await openWindow(browser, first, SIZE)
  const phone = await openWindow(browser, second, SIZE)
  const total = ({ page }: Window) => page.locator('#cart .total')
  const position = async ({ page }: Window) => seconds(await page.locator('#playback .position').innerText())

  /** Both windows as somebody sees them, side by side. */
  async function picture (name: string): Promise<void> {
    const shots = await Promise.all([laptop, phone].map(({ page }) => page.screenshot()))
    const images = shots.map(shot => `<img width="${SIZE.width}" src="data:image/png;base64,${shot.toString('base64')}">`)
    const sheet = await browser.newPage({ viewport: { width: 2 * SIZE.width + 24, height: SIZE.height } })
    await sheet.setContent(`<body style="display:flex;gap:24px;margin:0;background:#8a8f99">${images.join('')}`)
    await sheet.screenshot({ path: join(pictures, `live-${name}.png`) })
    await sheet.close()
  }

  await step('two windows talk to two instances', async () => {
    const names = await Promise.all([laptop, phone].map(({ page }) => page.locator('#service').innerText()))
    assert.equal(new Set(names).size, 2, String(names))
  })
  await step('a guest has a cart before the login, in one window alone, also when the page is loaded again', async () => {
    for (const quantity of ['1', '2']) {
      await laptop.press('One more: Mug')
      await shows(laptop.article('Mug').locator('output'), quantity)
    }
    await laptop.page.reload()
    await shows(total(laptop), '2 in the cart')
    await shows(total(phone), '0 in the cart')
    await phone.press('One more: Mug')
    await shows(total(phone), '1 in the cart')
  })
  await step('a wrong password is told, and nothing is lost', async () => {
    await laptop.fillIn('Laptop', 'wrong')
    await shows(laptop.page.locator('#news'), 'Email and password do not belong to an account')
    await shows(total(laptop), '2 in the cart')
  })
  await step('the login is done by the keyboard, and the cart of the guest comes along', async () => {
    await laptop.logIn('Laptop')
    await shows(total(laptop), '2 in the cart')
    await shows(laptop.page.locator('#cart .whose'), 'Shared by all devices')
  })
  await step('a device that logs in at the other instance is in the list of this one, which says which is which', async () => {
    const joined = shows(laptop.page.locator('#news'), 'Phone has joined', 10_000)
    await phone.logIn('Phone')
    await shows(laptop.device('Phone'), 'Phone')
    await joined
    assert.equal(await laptop.device('Laptop').locator('.this').isVisible(), true)
    assert.equal(await laptop.device('Phone').locator('.this').isVisible(), false)
    assert.equal(await phone.device('Phone').locator('.this').isVisible(), true)
  })
  await step('what its guest had is added to the cart of the account, in both windows', async () => {
    for (const window of [laptop, phone]) await shows(total(window), '3 in the cart')
  })
  await step('both are online in both windows', async () => {
    for (const window of [laptop, phone]) for (const name of ['Laptop', 'Phone']) await shows(window.device(name).locator('.presence'), /^online$/, 7000)
    await picture('devices')
  })
  await step('a device is renamed by the keyboard, and has the other name in both windows', async () => {
    await laptop.press('Rename Phone')
    await laptop.page.keyboard.type('Kitchen tablet')
    await laptop.page.keyboard.press('Enter')
    await shows(phone.device('Kitchen tablet').locator('.this'), 'this device')
    await shows(laptop.device('Kitchen tablet'), 'Kitchen tablet')
    assert.equal(await laptop.button('Rename Kitchen tablet').evaluate(element => element === element.ownerDocument.activeElement), true, 'the focus stays where it was')
  })
  await step('one cart is changed from both windows at once, and nothing is lost', async () => {
    const clicks = async (window: Window, names: string[]) => { for (const name of names) await window.button(name).click() }
    const teas = (count: number) => Array.from({ length: count }, () => 'One more: Tea')
    await Promise.all([clicks(laptop, teas(8)), clicks(phone, [...teas(7), 'One less: Mug'])])
    for (const window of [laptop, phone]) {
      await shows(window.article('Tea').locator('output'), /^15$/)
      await shows(window.article('Mug').locator('output'), /^2$/)
      await shows(total(window), '17 in the cart')
    }
    await phone.press('One more: Spoon')
    await shows(total(laptop), '18 in the cart')
    await picture('cart')
  })
  await step('one plays, and the other shows where', async () => {
    await laptop.press('Play here')
    await shows(laptop.page.locator('#playback .holder'), 'Playing on this device')
    await shows(phone.page.locator('#playback .holder'), 'Playing on Laptop')
  })
  await step('the other takes over where the first one is, which is told and stops', async () => {
    await laptop.page.waitForTimeout(4500)
    await phone.press('Play here')
    await Promise.all([
      shows(laptop.page.locator('#playback .holder'), 'Playing on Kitchen tablet'),
      shows(laptop.page.locator('#news'), 'Kitchen tablet has taken over'),
      shows(phone.page.locator('#playback .holder'), 'Playing on this device')
    ])
    const [here, there] = [await position(phone), await position(laptop)]
    assert.ok(here >= 2 && Math.abs(here - there) <= 1, `${here} s here, ${there} s there`)
    await picture('playback')
  })
  await step('one that hears nothing of it takes nothing back: its next report is refused, and it stops', async () => {
    await laptop.press('Play here')
    await shows(phone.page.locator('#playback .holder'), 'Playing on Laptop')
    const giveBack = await laptop.breakEvents()
    await shows(laptop.page.locator('#connection'), 'Connecting again…')
    await phone.press('Play here')
    await shows(phone.page.locator('#playback .holder'), 'Playing on this device')
    await shows(laptop.page.locator('#playback .holder'), 'Playing on Kitchen tablet', REPORT_MS + BOUND_MS)
    assert.equal(await phone.page.locator('#playback .holder').innerText(), 'Playing on this device')
    await giveBack()
    await shows(laptop.page.locator('#connection'), 'Live', 15_000)
  })
  await step('a window whose connection breaks says so, and shows what it missed when it is back', async () => {
    const giveBack = await laptop.breakConnection()
    await shows(laptop.page.locator('#connection'), 'Connecting again…')
    await phone.button('One more: Spoon').click()
    await shows(total(phone), '19 in the cart')
    assert.equal(await total(laptop).innerText(), '18 in the cart')
    await giveBack()
    await shows(total(laptop), '19 in the cart', 15_000)
    await shows(laptop.page.locator('#connection'), 'Live')
  })
  await step('a device that is signed out from the other one is dark at once, and says why', async () => {
    await laptop.press('Sign out Kitchen tablet')
    await shows(phone.page.getByRole('alertdialog', { name: 'This device was signed out' }), 'Another device of the account has signed it out. (ended_by_user)')
    await shows(laptop.page.locator('#playback .holder'), 'Nothing is playing')
    await laptop.device('Kitchen tablet').waitFor({ state: 'detached', timeout: BOUND_MS })
    assert.equal(await phone.page.locator('#devices').isVisible(), false)
    await picture('ended')
  })
  await step('and can log in again, by the keyboard, to the same cart', async () => {
    await phone.press('Log in again')
    await phone.page.locator('#login').waitFor()
    await phone.logIn('Phone')
    await shows(total(phone), '19 in the cart')
    await shows(laptop.device('Phone'), 'Phone')
  })
  await step('whoever logs out is out of the list of the others', async () => {
    await phone.press('Log out')
    await phone.page.locator('#login').waitFor()
    await shows(laptop.page.locator('#news'), 'Phone has left')
    await laptop.device('Phone').waitFor({ state: 'detached', timeout: BOUND_MS })
  })
  await step('the page comes with nothing but itself, the cart and the client', async () => {
    const status = async (path: string) => (await fetch(new URL(path, first))).status
    for (const path of ['/examples/live/page/service.json', '/packages/client/dist/events.js', '/examples/cart.mjs']) assert.equal(await status(path), 200, path)
    for (const path of ['/package.json', '/examples/live/serve.mjs', '/examples/live/page/..%2fserve.mjs', '/packages/client/dist/%2e%2e/package.json', '/.git/config']) assert.equal(await status(path), 404, path)
  })
  await step('no credential is in an address or in a storage that scripts read', async () => {
    const kept = await laptop.page.evaluate<string>('location.href + JSON.stringify([{ ...localStorage }, { ...sessionStorage }, document.cookie])')
    assert.equal(kept, `${first}/examples/live/page/[{},{},""]`)
  })
  await step('it fits a screen of 360 pixels', async () => {
    await laptop.page.setViewportSize({ width: 360, height: 720 })
    assert.equal(await laptop.page.evaluate<number>('document.documentElement.scrollWidth'), 360)
  })
  await step('no window has complained about anything on the way', async () => {
    for (const window of [laptop, phone]) {
      assert.deepEqual(await window.violations(), [])
      assert.deepEqual(window.complaints, [])
    }
  })
  await Promise.all([laptop.close(), phone.close()])
}
