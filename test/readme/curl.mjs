/** As much of curl as the documents use, for a machine without it. */
import { parseArgs } from 'node:util'

const { values: { request, header, data, user, 'user-agent': agent }, positionals: [url = ''] } = parseArgs({
  allowPositionals: true,
  options: {
    silent: { type: 'boolean', short: 's' },
    request: { type: 'string', short: 'X' },
    header: { type: 'string', short: 'H', multiple: true, default: [] },
    data: { type: 'string', short: 'd' },
    user: { type: 'string', short: 'u' },
    'user-agent': { type: 'string', short: 'A', default: 'curl' }
  }
})
const headers = new Headers({ 'user-agent': agent })
if (data !== undefined) headers.set('content-type', 'application/x-www-form-urlencoded')
if (user !== undefined) headers.set('authorization', `Basic ${btoa(user)}`)
for (const line of header) headers.set(...line.split(/:\s*/, 2))
const response = await fetch(url, { method: request ?? (data === undefined ? 'GET' : 'POST'), headers, body: data })
process.stdout.write(await response.text())
