/** As much of curl as the README's steps use, for a machine without it. */
import { parseArgs } from 'node:util'

const { values, positionals: [url = ''] } = parseArgs({
  allowPositionals: true,
  options: {
    silent: { type: 'boolean', short: 's' },
    request: { type: 'string', short: 'X' },
    header: { type: 'string', short: 'H', multiple: true, default: [] },
    data: { type: 'string', short: 'd' },
    'user-agent': { type: 'string', short: 'A', default: 'curl' }
  }
})
const headers = values.header.map(line => line.split(/:\s*/, 2))
const response = await fetch(url, { method: values.request, headers: [...headers, ['user-agent', values['user-agent']]], body: values.data })
process.stdout.write(await response.text())
