import { isAssertion, keyIdOf } from "../callers/assertion.js";
import { parseServiceKey } from "../callers/service-key.js";
import { serviceError } from "../sessions/errors.js";
import { remembered } from "../sessions/remembered.js";
import { authorizationsOf } from "./http/presented-credential.js";
/**
 * The guard of a route for services: who asks has a key or has signed an assertion, and may do that. It reads headers alone, so that nobody else's body is read; `ofForm` is for a route
 * that takes small forms, behind it: who sent no header may have put the assertion there.
 */
export function callerGuardOf(app, scope, takesForms = false) {
    function admit(request, caller, name) {
        if (caller === null || (name !== null && name !== caller.name))
            throw invalidKey();
        assertScope(caller, scope);
        request.caller = caller;
    }
    function ofHeaders(request, _reply, done) {
        const authorizations = authorizationsOf(request);
        if (takesForms && authorizations.length === 0 && isForm(request))
            return done();
        const { key, name } = presentedKey(authorizations);
        const found = name === null && isAssertion(key) ? app.callers.authenticateByAssertion(key) : app.callers.authenticate(key);
        if (found instanceof Promise) {
            found.then(caller => admit(request, caller, name)).then(() => done(), done);
            return;
        }
        admit(request, found, name);
        done();
    }
    function ofForm(request, _reply, done) {
        const { client_assertion: assertion, client_assertion_type: type, client_id: name = null } = Object(request.body);
        if (request.caller !== null) {
            if (name !== null && name !== request.caller.name)
                throw invalidKey();
            if (assertion !== undefined)
                throw serviceError('credentials_disagree', 'The request has an Authorization, and an assertion in its body. Send one of them.');
            return done();
        }
        if (assertion === undefined || type !== JWT_BEARER)
            throw noServiceKey();
        app.callers.authenticateByAssertion(assertion).then(caller => admit(request, caller, name)).then(() => done(), done);
    }
    return { ofHeaders, ofForm };
}
const JWT_BEARER = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer';
function isForm({ headers }) {
    return /^application\/x-www-form-urlencoded *(?:;|$)/i.test(String(headers['content-type']));
}
/**
 * What is asked again of a request that the guard let in and that goes on, as often as one likes: whether its key is still there, and may do that. An assertion is good once.
 * It throws, or rejects if somebody else had to be asked. @throws ServiceError `invalid_service_key`, `insufficient_scope`, `users_unavailable`
 */
export function stillAllowed(app, request, scope) {
    const { key } = presentedKey(authorizationsOf(request));
    const id = isAssertion(key) ? keyIdOf(key) : parseServiceKey(key).id;
    const judge = (caller) => {
        if (caller === null)
            throw invalidKey();
        assertScope(caller, scope);
    };
    return () => {
        const found = app.callers.holderOf(id);
        return found instanceof Promise ? found.then(judge) : judge(found);
    };
}
function invalidKey() {
    return serviceError('invalid_service_key', 'There is no such key, or not any more, or the name with it is not that of its service.');
}
/** @throws ServiceError `insufficient_scope` */
export function assertScope(caller, scope) {
    if (!caller.scopes.includes(scope))
        throw insufficientScope(scope);
}
/** The service of a route for services. */
export function callerOf(request) {
    return request.caller;
}
/**
 * RFC 6750 section 2.1, of a key or an assertion, or the client authentication of RFC 6749 section 2.3.1: the name of the service as user, its key as password.
 * @throws ServiceError `no_service_key`, `credentials_disagree`
 */
function presentedKey(authorizations) {
    if (authorizations.length > 1)
        throw serviceError('credentials_disagree', 'The request has more than one Authorization. Send one.');
    const [authorization = ''] = authorizations;
    return bearerKeyIn(authorization) ?? keyIn(authorization);
}
/** Remembered, because a service sends its one key with every request. */
const bearerKeyIn = remembered((authorization) => {
    const [, key] = /^bearer +(ssk_\S+) *$/i.exec(authorization) ?? [];
    return key === undefined ? null : { key, name: null };
});
function keyIn(authorization) {
    const [, scheme = '', text = ''] = /^(bearer|basic) +(\S+) *$/i.exec(authorization) ?? [];
    if (scheme === '')
        throw noServiceKey();
    if (scheme.toLowerCase() === 'bearer')
        return { key: text, name: null };
    const [, name = '', key = ''] = /^([^:]*):(.*)$/s.exec(Buffer.from(text, 'base64').toString()) ?? [];
    return { key: formDecoded(key), name: formDecoded(name) };
}
function noServiceKey() {
    return serviceError('no_service_key', 'This route is for other services: send a key, as Authorization: Bearer ssk_… or as the password of Authorization: Basic, or an assertion as Authorization: Bearer, or in a form at POST /v1/introspect.');
}
/** Clients encode both as members of a form; neither a name nor a key has a sign that means anything else then. */
function formDecoded(text) {
    return String(new URLSearchParams(`text=${text}`).get('text'));
}
/** RFC 6750 section 3.1. */
function insufficientScope(scope) {
    return serviceError('insufficient_scope', `This needs the scope ${scope}, which the service does not have. An operator can give it one: npm run keys -- scopes, or PATCH /admin/callers.`, {
        extras: { scope },
        headers: { 'www-authenticate': `Bearer realm="sessions", error="insufficient_scope", scope="${scope}"` }
    });
}
//# sourceMappingURL=caller-guard.js.map