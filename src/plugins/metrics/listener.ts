import { once } from 'node:events'
import { createServer, type ServerResponse } from 'node:http'
import type { Registry } from 'prom-client'
import { urlOf } from '../../banner.ts'
import { listenFailure } from '../../listen-failure.ts'

export interface ListenerOptions {
  host: string
  port: number
  /** Told why an answer was 500. */
  onError: (error: unknown) => void
}

/** Answers `GET /metrics`, and nothing else, on a port of its own. */
export function createMetricsListener (registry: Pick<Registry, 'contentType' | 'metrics'>, { host, port, onError }: ListenerOptions) {
  const server = createServer({ requestTimeout: 5000 }, ({ method = '', url = '' }, response) => {
    if (!/^\/metrics(\?|$)/.test(url)) return response.writeHead(404).end()
    if (method !== 'GET') return response.writeHead(405, { allow: 'GET' }).end()
    return answer(response)
  })

  async function answer (response: ServerResponse): Promise<void> {
    try {
      const figures = await registry.metrics()
      response.writeHead(200, { 'content-type': registry.contentType, 'cache-control': 'no-store' }).end(figures)
    } catch (error) {
      onError(error)
      response.writeHead(500).end()
    }
  }

  return {
    /** Resolves to where it answers. @throws Error that says what to do if the port is taken */
    async listen (): Promise<string> {
      server.listen({ host, port })
      try {
        await once(server, 'listening')
      } catch (error) {
        throw listenFailure(error, { variable: 'METRICS_PORT', host, port })
      }
      return `${urlOf(server.address())}/metrics`
    },

    /** Frees the port; whoever is still reading is cut off. Also right if it never listened. */
    async close (): Promise<void> {
      const closed = new Promise(resolve => server.close(resolve))
      server.closeAllConnections()
      await closed
    }
  }
}
