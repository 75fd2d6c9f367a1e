import fp from 'fastify-plugin';
import { invalidSession } from "../sessions/alive.js";
import { isAnonymous } from "../sessions/anonymous.js";
import { serviceError } from "../sessions/errors.js";
import { madeOnce } from "../sessions/made-once.js";
import { isFromPlace, LONGEST_USER_AGENT } from "../sessions/devices/surroundings.js";
import { clientAddress } from "./http/client-address.js";
/** Of IPv6 as RFC 4291 writes it; what is longer came through a proxy that passes on anything. */
const LONGEST_ADDRESS = 45;
/** Where the last request came from that was found to come from where it may. */
const lastPlace = madeOnce((_session) => ({}));
/** Where a session is used: judged at each validation, as BINDING_NETWORK, BINDING_CLIENT and BINDING_DEVICE say; and noted, once a touch interval, for lists. */
export default fp(async (app, { config }) => {
    const modes = { network: config.BINDING_NETWORK, client: config.BINDING_CLIENT, device: config.BINDING_DEVICE };
    const withoutPassword = withoutStepUp(modes);
    const isJudged = Object.values(modes).some(mode => mode !== 'off');
    const keeps = { address: config.CAPTURE_ADDRESS !== 'off', userAgent: config.CAPTURE_USER_AGENT !== 'off' };
    app.decorate('assertBinding', (request, session) => {
        if (session.lastOrigin !== null)
            app.sessions.noteOrigin(session, originOf(request));
        if (!isJudged || (request.headers['x-device-id'] === undefined && isWhereItWas(request, session)))
            return undefined;
        return judge(request, session, useOf(request));
    });
    app.decorate('mayBeUsedFrom', async (request, session) => !isJudged || await app.sessions.judgeBinding(session, useOf(request), withoutPassword) !== 'enforce');
    /** Nearly always nothing has changed: looked at without what makes an address canonical, and without anything if that is where the request before it came from. */
    function isWhereItWas({ ip, headers: { 'user-agent': userAgent = '' } }, session) {
        const last = lastPlace(session);
        if (last.ip === ip && last.userAgent === userAgent)
            return true;
        if (!isFromPlace(session.binding, keeps.address ? ip : '', keeps.userAgent ? userAgent : ''))
            return false;
        if (ip.length <= LONGEST_ADDRESS && userAgent.length <= LONGEST_USER_AGENT) {
            last.ip = ip;
            last.userAgent = userAgent;
        }
        return true;
    }
    async function judge(request, session, use) {
        const mode = await app.sessions.judgeBinding(session, use, isAnonymous(session) ? withoutPassword : modes);
        if (mode === 'enforce')
            throw invalidSession();
        if (mode === 'step-up' && request.routeOptions.config.evenIfMoved !== true)
            throw moved();
        return mode === 'step-up';
    }
}, { name: 'binding', dependencies: ['sessions'] });
/** For who has no password to prove. */
function withoutStepUp(modes) {
    const lenient = (mode) => mode === 'step-up' ? 'observe' : mode;
    return { network: lenient(modes.network), client: lenient(modes.client), device: lenient(modes.device) };
}
/** The user agent is cut here, before anything is made of it: what a session keeps and what a request is compared with have to be made of one text. */
export function originOf(request) {
    return { ipAddress: clientAddress(request), userAgent: (request.headers['user-agent'] ?? '').slice(0, LONGEST_USER_AGENT) };
}
/** The same of a request with a session. An empty `x-device-id` says nothing. */
export function useOf(request) {
    const deviceId = request.headers['x-device-id'];
    return { ...originOf(request), ...(deviceId && { deviceId: String(deviceId) }) };
}
function moved() {
    return serviceError('reauthentication_required', 'This session is used from another network, client or device than before. Prove the password with POST /session/reauthenticate, and repeat this request with the new credential.');
}
//# sourceMappingURL=binding.js.map