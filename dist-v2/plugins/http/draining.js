import fp from 'fastify-plugin';
const HEALTH = ['/readyz', '/livez'];
/** The first half of a graceful stop; `app.close()` is the second. */
export default fp(async (app) => {
    let isOn = false;
    let lastRequestAt = 0;
    const draining = {
        get isOn() { return isOn; },
        start() {
            isOn = true;
            lastRequestAt = performance.now();
            app.server.on('request', ({ url }) => {
                if (!HEALTH.some(path => url === path || url?.startsWith(`${path}?`)))
                    lastRequestAt = performance.now();
            });
        },
        quietMs: () => performance.now() - lastRequestAt
    };
    app.decorate('draining', draining);
    // Browsers open connections before they need them. Node waits for the first request of each, for a minute.
    const connections = new Set();
    app.server.on('connection', (socket) => {
        connections.add(socket);
        socket.once('close', () => connections.delete(socket));
    });
    app.addHook('preClose', async () => {
        for (const socket of connections)
            if (socket.bytesRead === 0)
                socket.destroy();
    });
}, { name: 'draining' });
//# sourceMappingURL=draining.js.map