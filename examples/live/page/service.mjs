import { createClient } from '../../../packages/client/dist/index.js'

const { url } = await (await fetch('service.json')).json()

/** The browser adds the cookie, which no script can read. */
const fetchByCookie = (address, init) => fetch(address, { ...init, credentials: 'include' })

/** The instance that this window talks to. */
export const service = { url, fetch: fetchByCookie }

export const client = createClient({ ...service, timeoutMs: 5000 })
