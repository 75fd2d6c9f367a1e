import { Agent, request } from 'node:http'

const agent = new Agent({ keepAlive: true, maxSockets: 64 })

/** The JSON that a request is answered with, and the version in its ETag. @throws if the status is not 200 */
export function ask (url, { method = 'GET', credential, userAgent, body }) {
  const text = body === undefined ? '' : JSON.stringify(body)
  const headers = { 'x-session-id': credential, 'user-agent': userAgent, ...(body !== undefined && { 'content-type': 'application/json', 'content-length': Buffer.byteLength(text) }) }
  return new Promise((resolve, reject) => {
    const asking = request(url, { method, agent, headers }, response => {
      let answer = ''
      response.setEncoding('utf8').on('data', chunk => { answer += chunk }).on('error', reject).on('end', () => {
        if (response.statusCode !== 200) return reject(new Error(`${method} ${url} answered ${response.statusCode}: ${answer}`))
        resolve({ ...JSON.parse(answer), version: Number(/\d+/.exec(response.headers.etag ?? '')) })
      })
    })
    asking.on('error', reject).end(text)
  })
}
