import { serviceError } from "../../sessions/errors.js";
import * as schemas from "./schemas.js";
const health = async (app) => {
    app.get('/livez', { config: { public: true }, schema: schemas.livez }, async () => ({ status: 'ok' }));
    app.get('/readyz', { config: { public: true, problems: ['not_ready', 'shutting_down'] }, schema: schemas.readyz }, async (request) => {
        if (app.draining.isOn)
            throw serviceError('shutting_down', 'This instance is stopping. Use another one.');
        const [redis, postgres] = await Promise.all([check(app.sessionStore.probe()), check(app.users.ping())]);
        const checks = { redis, postgres };
        const isEnough = postgres === 'ok' || request.query.exclude === 'postgres';
        if (redis !== 'ok' || !isEnough)
            throw serviceError('not_ready', 'A part that the service needs does not answer, see checks.', { extras: { checks } });
        return { status: 'ok', checks, warnings: app.storeWarnings() };
    });
};
async function check(probe) {
    return probe.then(() => 'ok', () => 'unavailable');
}
export default health;
//# sourceMappingURL=index.js.map