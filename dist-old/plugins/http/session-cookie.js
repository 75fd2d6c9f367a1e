import { createHostCookie } from "./host-cookie.js";
export const SECURE_NAME = '__Host-session';
/**
 * The credential as a cookie. It lasts as long as the browser does, for a remembered login as long as the session may; what ends the
 * session is the service.
 */
export function createSessionCookie(isHttps) {
    const { valuesIn, set } = createHostCookie(isHttps, 'session');
    return {
        valuesIn,
        /** Puts the credential into the browser; `remembered` are the times of a session that outlives the browser. */
        give(request, reply, credential, remembered) {
            set(request, reply, credential, remembered && Math.max(0, Math.floor((remembered.absoluteDeadlineMs - Date.now()) / 1000)));
        },
        /**
         * Takes the cookie out of the browser if the request came with it, and back what the answer would have given instead. For answers that end the session because the user asked
         * for it; after a 401 it would hit the cookie of a login that another tab has made since.
         */
        clear(request, reply) {
            reply.removeHeader('x-session-id');
            if (valuesIn(request).length === 0)
                return false;
            set(request, reply, '', 0);
            return true;
        }
    };
}
//# sourceMappingURL=session-cookie.js.map