import { ServiceError, serviceError } from "../../sessions/errors.js";
/**
 * Changes a live session, whoever's it is, in the order of these members; what cannot be done ends it there, and what came before stays.
 * @throws ServiceError `data_key_not_allowed`, `reserved_key`, `data_limit_exceeded`, `session_not_found`, `store_unavailable`
 */
export async function change(app, { name, dataPrefix }, sessionId, { data, extendSeconds, deviceName }) {
    assertAllowed({ name, dataPrefix }, Object.keys(data ?? {}));
    const session = await app.sessions.find(sessionId);
    if (session === null)
        throw notFound();
    await asFound(async () => {
        if (data !== undefined)
            await app.sessions.merge(session, data, undefined);
        if (extendSeconds !== undefined)
            await app.sessions.extend(session, extendSeconds);
        if (deviceName !== undefined)
            await app.sessions.rename(session, sessionId, deviceName);
    });
}
/** What is done to a session by its id: one that has ended is not found. */
export function asFound(work) {
    return work().catch(error => { throw error instanceof ServiceError && error.code === 'invalid_session' ? notFound() : error; });
}
/** @throws ServiceError `data_key_not_allowed` */
export function assertAllowed({ name, dataPrefix }, keys) {
    const foreign = keys.find(key => !key.startsWith(dataPrefix));
    if (foreign !== undefined)
        throw notAllowed(name, dataPrefix, foreign);
}
export function notFound() {
    return serviceError('session_not_found', 'There is no live session with this id. GET /v1/sessions lists those of a user.');
}
function notAllowed(service, prefix, key) {
    return serviceError('data_key_not_allowed', `The service ${service} may keep values under keys that begin with ${prefix} only; ${key} does not. Nothing was changed.`);
}
//# sourceMappingURL=change.js.map