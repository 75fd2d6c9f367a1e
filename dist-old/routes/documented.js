import fp from 'fastify-plugin';
import { isSafe } from "../plugins/http/own-site.js";
import { refuseBody } from "../plugins/http/no-body.js";
import { Closed } from "./schemas.js";
import { problems } from "./problems.js";
/** One for all routes: what is the same object is compiled once. */
const NoQuerySchema = Closed({});
/**
 * Completes the schema of each route of the scope with what follows from its declarations: the errors that it can answer,
 * the security schemes if it is guarded, and an empty query and body where none is declared, so that unknown parameters are refused.
 */
export default fp(async (app) => {
    app.addHook('onRoute', route => {
        const isPublic = route.config?.public === true;
        if (route.schema?.body === undefined && !isRead(route))
            route.preValidation = [refuseBody, ...[route.preValidation ?? []].flat()];
        route.schema = {
            querystring: NoQuerySchema,
            ...route.schema,
            response: { ...Object(route.schema?.response), ...problems(...codesOf(route, isPublic)) },
            security: securityOf(route.config ?? {})
        };
    });
}, { name: 'documented' });
/** Of these no body is ever read. */
function isRead({ method }) {
    return ['GET', 'HEAD'].includes(String(method));
}
function codesOf({ method, config }, isPublic) {
    const codes = ['validation_failed', 'malformed_request', 'internal_error'];
    if (!isRead({ method }))
        codes.push('malformed_json', 'body_too_large', 'unsupported_media_type');
    if ((config?.scope ?? config?.orScope) !== undefined)
        codes.push('no_service_key', 'invalid_service_key', 'invalid_client_assertion', 'credentials_disagree', 'insufficient_scope', 'users_unavailable', 'store_unavailable');
    if (config?.scope === undefined && !isPublic)
        codes.push(...codesOfSession(String(method), config));
    if (config?.idempotent === true)
        codes.push('malformed_idempotency_key', 'idempotency_key_in_use', 'idempotency_key_reused');
    return [...new Set([...codes, ...config?.problems ?? []])];
}
function securityOf({ public: isPublic, scope, orScope }) {
    if (isPublic === true)
        return [];
    const ofUsers = [{ sessionId: [] }, { bearer: [] }, { cookie: [] }];
    if (orScope !== undefined)
        return [...ofUsers, { serviceKey: [orScope] }];
    return scope === undefined ? ofUsers : [{ serviceKey: [scope] }, { serviceBasic: [scope] }];
}
function codesOfSession(method, { forwardAuth = false, anonymous, role, evenIfMoved, fresh, grown, live } = {}) {
    const codes = ['no_session', 'invalid_session', 'store_unavailable'];
    // A gateway is told of neither (routes/verify).
    if (!forwardAuth)
        codes.push('credentials_disagree', 'too_many_attempts');
    if (forwardAuth || live === true || !isSafe(method))
        codes.push('cross_site_request');
    if (anonymous !== true && !forwardAuth)
        codes.push('login_required');
    if (role !== undefined)
        codes.push('forbidden');
    if (evenIfMoved !== true || fresh !== undefined)
        codes.push('reauthentication_required');
    if (grown === true)
        codes.push('session_too_young');
    return codes;
}
//# sourceMappingURL=documented.js.map