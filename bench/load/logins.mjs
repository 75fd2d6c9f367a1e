/**
 * Logs in so many times at once, and each again and again for so long. In a process of its own, because such a burst holds up whoever times something beside it.
 * Arguments: URL, count, body, seconds (0: once). Begins at the first message; sends how long it took (ms) and each outcome: `done`, `login_busy`, or what went wrong.
 */
const [url, count, body, seconds] = process.argv.slice(2)

async function logIn () {
  const response = await fetch(`${url}/login`, { method: 'POST', headers: { 'content-type': 'application/json' }, body })
  const { code = `status ${response.status}` } = await response.json()
  return response.ok ? 'done' : code
}

process.once('message', async () => {
  const start = performance.now()
  const outcomes = []
  await Promise.all(Array.from({ length: Number(count) }, async () => {
    do outcomes.push(await logIn()); while (performance.now() < start + 1000 * Number(seconds))
  }))
  process.send({ ms: performance.now() - start, outcomes })
  process.disconnect()
})
process.send('ready')
