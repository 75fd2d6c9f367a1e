import { insist } from '../report.ts'
import { openConnection } from './connection.ts'

/** GET `url` once with each credential, over so many connections at once. @throws if any answer is not 200 */
export async function askOnceEach (url: string, credentials: string[], connections: number): Promise<void> {
  const { origin, pathname } = new URL(url)
  let next = 0
  async function take (): Promise<void> {
    const connection = await openConnection(origin)
    for (let credential = credentials[next++]; credential !== undefined; credential = credentials[next++]) {
      const status = await connection.ask('GET', pathname, credential)
      insist(status === 200, `GET ${pathname} answered ${status}`)
    }
    connection.close()
  }
  await Promise.all(Array.from({ length: connections }, take))
}
