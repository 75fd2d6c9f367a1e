import { proofs } from "../../proof.js";
import { timestamp } from "../../schemas.js";
import * as schemas from "./schemas.js";
/** A name, a prefix, every scope and a public key fit in. */
const BODY_LIMIT = 4096;
const callers = async (app) => {
    const role = 'admin';
    const bodyLimit = BODY_LIMIT;
    app.addSchema(schemas.CallerSchema);
    app.get('/admin/callers', { config: { role, ...proofs.listCallers, problems: ['users_unavailable'] }, schema: schemas.listCallers }, async () => ({ callers: (await app.callers.list()).map(describe) }));
    app.post('/admin/callers', {
        config: { role, ...proofs.createCaller, problems: ['caller_name_taken', 'users_unavailable'] },
        bodyLimit,
        schema: schemas.createCaller
    }, async ({ body: { dataPrefix = '', publicKey, ...given } }, reply) => {
        const caller = { ...given, dataPrefix };
        const created = publicKey === undefined ? await app.callers.create(caller) : await app.callers.createSigner(caller, publicKey);
        return reply.code(201).send({ message: 'Service added', ...created, caller: describe(created.caller) });
    });
    app.patch('/admin/callers/:name', {
        config: { role, ...proofs.updateCaller, problems: ['caller_not_found', 'users_unavailable'] },
        bodyLimit,
        schema: schemas.updateCaller
    }, async ({ params: { name }, body }) => ({ message: 'Service changed', caller: describe(await app.callers.change(name, body)) }));
    app.delete('/admin/callers/:name', {
        config: { role, ...proofs.deleteCaller, problems: ['caller_not_found', 'users_unavailable'] },
        schema: schemas.deleteCaller
    }, async ({ params: { name } }) => {
        await app.callers.remove(name);
        return { message: 'Service deleted' };
    });
    app.post('/admin/callers/:name/keys', {
        config: { role, ...proofs.addCallerKey, problems: ['caller_not_found', 'too_many_keys', 'users_unavailable'] },
        schema: schemas.addCallerKey
    }, async ({ params: { name } }, reply) => {
        const { caller, key } = await app.callers.addKey(name);
        return reply.code(201).send({ message: 'Key added', caller: describe(caller), key });
    });
    app.post('/admin/callers/:name/public-keys', {
        config: { role, ...proofs.addCallerPublicKey, problems: ['caller_not_found', 'too_many_keys', 'users_unavailable'] },
        bodyLimit,
        schema: schemas.addCallerPublicKey
    }, async ({ params: { name }, body: { publicKey } }, reply) => {
        const { caller, keyId } = await app.callers.addPublicKey(name, publicKey);
        return reply.code(201).send({ message: 'Key added', caller: describe(caller), keyId });
    });
    app.delete('/admin/callers/:name/keys/:keyId', {
        config: { role, ...proofs.deleteCallerKey, problems: ['caller_not_found', 'service_key_not_found', 'users_unavailable'] },
        schema: schemas.deleteCallerKey
    }, async ({ params: { name, keyId } }) => ({ message: 'Key deleted', caller: describe(await app.callers.removeKey(name, keyId)) }));
};
function describe({ createdAtMs, keys, ...caller }) {
    return {
        ...caller,
        createdAt: timestamp(createdAtMs),
        keys: keys.map(({ id, createdAtMs, lastUsedAtMs, publicKey }) => ({
            id,
            createdAt: timestamp(createdAtMs),
            ...(lastUsedAtMs !== null && { lastUsedAt: timestamp(lastUsedAtMs) }),
            ...(publicKey !== null && { publicKey })
        }))
    };
}
export default callers;
//# sourceMappingURL=index.js.map