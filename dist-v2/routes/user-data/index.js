import { sessionOf } from "../../plugins/guard.js";
import * as schemas from "./schemas.js";
const writeProblems = ['reserved_key', 'malformed_etag', 'version_conflict', 'data_limit_exceeded'];
const message = 'User data updated';
const userData = async (app) => {
    const { userData } = app.sessions;
    app.put('/me/data', { config: { problems: writeProblems }, schema: schemas.putUserData }, async (request, reply) => {
        const { key, value } = request.body;
        const { etag } = await userData.setKey(sessionOf(request), key, value, request.headers['if-match']);
        reply.header('etag', etag);
        return { message, key, value };
    });
    app.patch('/me/data', { config: { problems: writeProblems }, schema: schemas.patchUserData }, async (request, reply) => {
        const { etag } = await userData.merge(sessionOf(request), request.body, request.headers['if-match']);
        reply.header('etag', etag);
        return { message, data: request.body };
    });
    app.post('/me/data/operations', { config: { problems: [...writeProblems, 'operation_failed', 'data_busy'] }, schema: schemas.changeUserData }, async (request, reply) => {
        const { etag, data } = await userData.operate(sessionOf(request), request.body.operations, request.headers['if-match']);
        reply.header('etag', etag);
        return { message, data };
    });
    app.get('/me/data', { schema: schemas.getUserData }, async (request, reply) => {
        const { etag, data } = await userData.readData(sessionOf(request));
        reply.header('etag', etag);
        return { data };
    });
    app.get('/me/data/:key', { config: { problems: ['reserved_key', 'data_key_not_found', 'data_limit_exceeded'] }, schema: schemas.getUserDataKey }, async (request, reply) => {
        const { key } = request.params;
        const { etag, value } = await userData.readKey(sessionOf(request), key);
        reply.header('etag', etag);
        return { key, value };
    });
    app.delete('/me/data/:key', { config: { problems: [...writeProblems, 'data_key_not_found'] }, schema: schemas.deleteUserDataKey }, async (request, reply) => {
        const { key } = request.params;
        const { etag } = await userData.removeKey(sessionOf(request), key, request.headers['if-match']);
        reply.header('etag', etag);
        return { message, key };
    });
};
export default userData;
//# sourceMappingURL=index.js.map