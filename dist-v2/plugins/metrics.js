import fp from 'fastify-plugin';
import { Registry } from 'prom-client';
import { createMetricsListener } from "./metrics/listener.js";
import { measuring, unmeasured } from "./metrics/measured.js";
import { createRequestSeries } from "./metrics/requests.js";
import { registerState } from "./metrics/state.js";
import { createVerdicts } from "./metrics/validations.js";
/**
 * Figures for Prometheus on METRICS_PORT; without one, nothing is measured. They are the instance's own: no registry of the
 * process. Register it before the routes and before the parts that it wraps.
 */
export default fp(async (app, { config: { METRICS_HOST: host, METRICS_PORT: port } }) => {
    app.decorate('measured', unmeasured);
    app.decorateRequest('arrivedAtMs', 0);
    if (port === undefined)
        return;
    const registry = new Registry();
    const countVerdict = createVerdicts(registry);
    app.measured = measuring(registry, countVerdict);
    registerState(registry, { isRedisUp: () => app.redisLink.isAvailable(), countLive: () => app.sessions.countLive(), nearCache: () => app.nearCache, countConnections: () => app.events.hub.size() });
    // When an answer is ready, not when it is gone: to listen for that takes a microsecond more of each request, by onResponse hooks two.
    const addRequest = createRequestSeries(registry, countVerdict);
    app.addHook('onRequest', (request, _reply, done) => {
        request.arrivedAtMs = performance.now();
        done();
    });
    app.addHook('onSend', (request, reply, _payload, done) => {
        addRequest(request, reply, (performance.now() - request.arrivedAtMs) / 1000);
        done();
    });
    const listener = createMetricsListener(registry, { host, port, onError: app.log.error.bind(app.log) });
    app.addHook('onReady', async () => {
        const url = await listener.listen();
        app.log.info({ url }, 'metrics');
    });
    app.addHook('onClose', () => listener.close());
}, { name: 'metrics', dependencies: ['errors'] });
//# sourceMappingURL=metrics.js.map