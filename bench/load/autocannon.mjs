/** The same as wrk.lua for machines without wrk. Arguments: URL, connections, seconds. */
import autocannon from 'autocannon'
import { readFileSync } from 'node:fs'

const [url, connections, seconds] = process.argv.slice(2)
const lines = readFileSync(process.env.BENCH_CREDENTIALS, 'utf8').split('\n')
const path = new URL(url).pathname
const result = await autocannon({
  url,
  connections: Number(connections),
  duration: Number(seconds),
  requests: lines.map(line => {
    const [header, body] = line.split('\t')
    const headers = Object.fromEntries([header.split(': ', 2)])
    return body === undefined ? { method: 'GET', path, headers } : { method: 'POST', path, headers: { ...headers, 'content-type': 'application/json' }, body }
  })
})
console.log(JSON.stringify({
  requests: result.requests.total,
  seconds: result.duration,
  failed: { connection: result.errors - result.timeouts, timeout: result.timeouts, status: result.non2xx },
  p50Ms: result.latency.p50,
  p99Ms: result.latency.p99
}))
