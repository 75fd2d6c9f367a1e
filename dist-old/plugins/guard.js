import fp from 'fastify-plugin';
import { isAssertion } from "../callers/assertion.js";
import { isServiceKey } from "../callers/service-key.js";
import { callerGuardOf } from "./caller-guard.js";
import { authorizationsOf, presentedCredential } from "./http/presented-credential.js";
import { serviceError } from "../sessions/errors.js";
import { alive } from "../sessions/alive.js";
import { isAnonymous } from "../sessions/anonymous.js";
import { isFresh } from "../sessions/policies/freshness.js";
import { liveGuardOf } from "./live-guard.js";
import { isSafe } from "./http/own-site.js";
import { createTurn } from "./http/turn.js";
import { giveSuccessor, offerByCookie } from "./successor.js";
/**
 * Puts the guard before every route of the scope that registers it, unless the route says `config: { public: true }`; before those that say `config: { scope }` that of
 * services (caller-guard.ts).
 * It is a preHandler, so a body that does not fit is 400 before a missing session is 401: callers learn first what they
 * always get wrong, and nothing is read from the store for a request that cannot succeed.
 */
export default fp(async (app) => {
    app.decorateRequest('session', null);
    app.decorateRequest('caller', null);
    app.decorateRequest('ticketHolder', null);
    app.addHook('onRoute', route => {
        const { config = {} } = route;
        if (config.public === true)
            return;
        // A service is known by a header alone: nobody else's body is read.
        if (config.scope !== undefined) {
            const { ofHeaders, ofForm } = callerGuardOf(app, config.scope, config.takesForms);
            route.onRequest = [ofHeaders, ...[route.onRequest ?? []].flat()];
            if (config.takesForms === true)
                route.preValidation = [ofForm, ...[route.preValidation ?? []].flat()];
        }
        else if (config.live === true)
            route.preValidation = [liveGuardOf(app, guardOf(app, config)), ...[route.preValidation ?? []].flat()];
        else
            route.preHandler = [config.orScope === undefined ? guardOf(app, config) : eitherGuardOf(app, config, config.orScope), ...[route.preHandler ?? []].flat()];
    });
}, { name: 'guard', dependencies: ['sessions', 'callers', 'cookie-mode', 'binding', 'invalid-credentials'] });
const together = createTurn();
/** A guard that waits only for what is not known at once: nearly every request passes without a promise, and goes on with all others whose verdict came in its turn of the event loop. */
function guardOf(app, { role, fresh, strict, noUse = false, forwardAuth = false, anonymous = false }) {
    // What needs more than a session is not done on the strength of what was true a moment ago.
    const isAlwaysStrict = strict === true || role !== undefined || fresh !== undefined;
    const isStrict = typeof strict === 'function' ? strict : () => isAlwaysStrict;
    const offerSuccessor = forwardAuth ? offerByCookie : giveSuccessor;
    function admit(request, reply, credential, session) {
        if (session === null)
            throw app.invalidCredential(request);
        if (!anonymous && isAnonymous(session))
            throw loginRequired();
        request.session = session;
        const judged = app.assertBinding(request, session);
        // Who has yet to prove that the session is theirs is given no credential of it.
        if (judged !== undefined)
            return judged.then(isMoved => isMoved ? demand(session) : goOn(request, reply, credential, session));
        return goOn(request, reply, credential, session);
    }
    function goOn(request, reply, credential, session) {
        if (session.rotation === 'due')
            return offerSuccessor(app, request, reply, session, credential).then(() => demand(session));
        demand(session);
    }
    const demand = (session) => assertDemands(session, role, fresh);
    return (request, reply, done) => {
        const credential = credentialOf(app, request);
        const found = app.sessions.validate(credential, isStrict(request), !noUse);
        const pass = (session) => settle(admit(request, reply, credential, session), done);
        if (found instanceof Promise)
            found.then(pass).catch(done);
        else
            pass(found);
    };
}
/** The guard of a route for users that is for services too: who sends a session and a key is told that these disagree. */
function eitherGuardOf(app, config, scope) {
    const [ofUsers, { ofHeaders: ofServices }] = [guardOf(app, config), callerGuardOf(app, scope)];
    return (request, reply, done) => {
        const credential = credentialOf(app, request);
        const guard = isServiceKey(credential) || isAssertion(credential) ? ofServices : ofUsers;
        guard(request, reply, done);
    };
}
function settle(admitted, done) {
    if (admitted === undefined)
        together(done);
    else
        admitted.then(() => done(), done);
}
/** @throws ServiceError `forbidden` without that role, `reauthentication_required` if the password was proven longer ago than `fresh` seconds, `login_required` if never */
export function assertDemands(session, role, fresh) {
    const { profile, times } = session;
    if (role !== undefined && !profile.roles.includes(role))
        throw forbidden(role);
    if (fresh === undefined)
        return;
    // Who has not logged in has never proven a password.
    if (isAnonymous(session))
        throw loginRequired();
    if (!isFresh(times, fresh))
        throw stale(fresh);
}
/** The session of a guarded route. */
export function sessionOf(request) {
    return alive(request.session);
}
/**
 * The credential that came with a request. Browsers add the cookie to what any page asks for, so a request with it that changes something has to come from a page that may;
 * also if it is in a header as well. Headers alone are nobody's to add.
 * @throws ServiceError `no_session`, `credentials_disagree`, `cross_site_request`
 */
export function credentialOf(app, request) {
    const cookies = app.sessionCookie.valuesIn(request);
    if (cookies.length > 0 && !methodsOf(request).every(isSafe))
        app.assertOwnSite(request);
    const credential = presentedCredential(request.headers['x-session-id'], authorizationsOf(request), cookies);
    if (credential === null)
        throw serviceError('no_session', 'This route needs a session: log in with POST /login and send its sessionId as x-session-id or as Authorization: Bearer.');
    return credential;
}
/** The method of the request, and of the one on whose behalf a gateway asks: two headers of which a client may send the one that its gateway does not set. */
function methodsOf({ method, headers, routeOptions: { config } }) {
    if (config.forwardAuth !== true)
        return [method];
    return [method, ...[headers['x-original-method'], headers['x-forwarded-method']].flatMap(given => given === undefined ? [] : [String(given)])];
}
export function loginRequired() {
    return serviceError('login_required', 'This session was opened without a login, and this is for who has logged in. POST /login takes its place: send it as anonymousSession, or come with its cookie.');
}
function forbidden(role) {
    return serviceError('forbidden', `This route is for accounts with the role ${role}.`);
}
function stale(maxAge) {
    return serviceError('reauthentication_required', `For this the password has to be proven within ${maxAge} seconds. Send it to POST /session/reauthenticate, then repeat the request with the new sessionId.`, { extras: { maxAge } });
}
//# sourceMappingURL=guard.js.map