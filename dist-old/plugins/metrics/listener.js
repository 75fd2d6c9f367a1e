import { once } from 'node:events';
import { createServer } from 'node:http';
import { urlOf } from "../../banner.js";
import { listenFailure } from "../../listen-failure.js";
/** Answers `GET /metrics`, and nothing else, on a port of its own. */
export function createMetricsListener(registry, { host, port, onError }) {
    const server = createServer({ requestTimeout: 5000 }, ({ method = '', url = '' }, response) => {
        if (!/^\/metrics(\?|$)/.test(url))
            return response.writeHead(404).end();
        if (method !== 'GET')
            return response.writeHead(405, { allow: 'GET' }).end();
        return answer(response);
    });
    async function answer(response) {
        try {
            const figures = await registry.metrics();
            response.writeHead(200, { 'content-type': registry.contentType, 'cache-control': 'no-store' }).end(figures);
        }
        catch (error) {
            onError(error);
            response.writeHead(500).end();
        }
    }
    return {
        /** Resolves to where it answers. @throws Error that says what to do if the port is taken */
        async listen() {
            server.listen({ host, port });
            try {
                await once(server, 'listening');
            }
            catch (error) {
                throw listenFailure(error, { variable: 'METRICS_PORT', host, port });
            }
            return `${urlOf(server.address())}/metrics`;
        },
        /** Frees the port; whoever is still reading is cut off. Also right if it never listened. */
        async close() {
            const closed = new Promise(resolve => server.close(resolve));
            server.closeAllConnections();
            await closed;
        }
    };
}
//# sourceMappingURL=listener.js.map