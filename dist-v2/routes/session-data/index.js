import { sessionOf } from "../../plugins/guard.js";
import * as schemas from "./schemas.js";
const writeProblems = ['reserved_key', 'malformed_etag', 'version_conflict', 'data_limit_exceeded', 'session_claimed'];
const sessionData = async (app) => {
    app.put('/session/data', { config: { anonymous: true, problems: writeProblems }, schema: schemas.putSessionData }, async (request, reply) => {
        const { key, value } = request.body;
        const { etag } = await app.sessions.setKey(sessionOf(request), key, value, request.headers['if-match']);
        reply.header('etag', etag);
        return { message: 'Session updated', key, value };
    });
    app.patch('/session/data', { config: { anonymous: true, problems: writeProblems }, schema: schemas.patchSessionData }, async (request, reply) => {
        const { etag } = await app.sessions.merge(sessionOf(request), request.body, request.headers['if-match']);
        reply.header('etag', etag);
        return { message: 'Session updated', data: request.body };
    });
    app.get('/session/data', { config: { anonymous: true }, schema: schemas.getSessionData }, async (request, reply) => {
        const { etag, data } = await app.sessions.readData(sessionOf(request));
        reply.header('etag', etag);
        return { data };
    });
    app.get('/session/data/:key', { config: { anonymous: true, problems: ['reserved_key', 'data_key_not_found', 'data_limit_exceeded'] }, schema: schemas.getSessionDataKey }, async (request, reply) => {
        const { key } = request.params;
        const { etag, value } = await app.sessions.readKey(sessionOf(request), key);
        reply.header('etag', etag);
        return { key, value };
    });
    app.delete('/session/data/:key', { config: { anonymous: true, problems: [...writeProblems, 'data_key_not_found'] }, schema: schemas.deleteSessionDataKey }, async (request, reply) => {
        const { key } = request.params;
        const { etag } = await app.sessions.removeKey(sessionOf(request), key, request.headers['if-match']);
        reply.header('etag', etag);
        return { message: 'Session updated', key };
    });
};
export default sessionData;
//# sourceMappingURL=index.js.map