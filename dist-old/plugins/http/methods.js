import fp from 'fastify-plugin';
import findMyWay, {} from 'find-my-way';
import { serviceError } from "../../sessions/errors.js";
/**
 * A known path with a method that it does not have is 405 with `Allow` (RFC 9110 section 15.5.6), not 404. Both are answered in
 * onRequest, before a body is read. The paths are in a router of their own: a route for each method that is missing would make
 * thirty times as many, and a start take a quarter longer.
 */
export default fp(async (app) => {
    const [urls, methods] = [new Set(), new Set()];
    const router = findMyWay({ maxParamLength: app.initialConfig.routerOptions?.maxParamLength });
    app.addHook('onRoute', ({ url, method }) => {
        urls.add(url);
        for (const each of [method].flat())
            methods.add(each);
    });
    /** The methods that a path has, each with its route. */
    function routesAt(path) {
        return [...methods].sort().flatMap(method => {
            const found = router.find(method, path);
            return found === null ? [] : [[method, String(found.store)]];
        });
    }
    app.decorate('routeAt', path => routesAt(path)[0]?.[1]);
    app.decorate('answerUnknown', () => {
        for (const url of urls) {
            // Asked anew: a route with and without a trailing slash is announced once.
            for (const method of methods)
                if (app.hasRoute({ method, url }))
                    router.on(method, url, () => { }, url);
        }
        async function refuse({ method, url }) {
            const allowed = routesAt(url).map(([method]) => method);
            // With its own method there: a file that a route looked for and did not find.
            throw allowed.length === 0 || allowed.includes(method) ? notFound() : notAllowed(method, allowed.join(', '));
        }
        // In a context of its own, which has all hooks from before, and this one that no known route has.
        app.register(async (unknown) => {
            unknown.addHook('onRequest', refuse);
            unknown.setNotFoundHandler(refuse);
        });
    });
}, { name: 'methods' });
/** The route that was asked for, whether it has that method or not; undefined if there is none. Never a path, which may hold what is secret. */
export function routeOf({ server, url: path }, matched) {
    return matched ?? server.routeAt(path);
}
/** The path is not repeated: whoever asked knows it, and it may hold a credential that was put in the wrong place. */
function notFound() {
    return serviceError('route_not_found', 'There is no such path. See /docs for every route.');
}
function notAllowed(method, allow) {
    return serviceError('method_not_allowed', `${method} is not possible here; ${allow} is.`, { headers: { allow } });
}
//# sourceMappingURL=methods.js.map