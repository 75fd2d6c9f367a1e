import fp from 'fastify-plugin';
import { sessionOf } from "./guard.js";
import { createYoungSessions } from "../sessions/policies/young-session.js";
/** The young-session guard, as SESSION_GUARD_SECONDS says. */
export default fp(async (app, { config }) => {
    const guardSeconds = config.SESSION_GUARD_SECONDS;
    app.addHook('onRoute', route => {
        // Behind the guard that knows the session, which comes before whatever the route has.
        if (route.config?.grown === true)
            route.preHandler = [...[route.preHandler ?? []].flat(), async (request) => app.youngSessions.assertMayEndAll(sessionOf(request))];
    });
    app.decorate('youngSessions', {
        ...createYoungSessions(app.sessionStore, guardSeconds * 1000),
        // A device is known for as long as the guard takes, or whoever logs in twice would come from a known one.
        guards: device => guardSeconds > 0 && (device === null || !app.deviceTokens.isKnownFor(device, guardSeconds))
    });
}, { name: 'young-session', dependencies: ['sessions', 'login-throttle'] });
//# sourceMappingURL=young-session.js.map