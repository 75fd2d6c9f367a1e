import { invalidMember, serviceError } from "../sessions/errors.js";
import { CALLER_NAME_PATTERN, DATA_PREFIX_PATTERN } from "./caller.js";
import { registeredKey } from "./public-key.js";
import { issueServiceKey } from "./service-key.js";
/**
 * What an operator does with other services and their keys. A key is replaced by adding the second one, handing it over, and taking the first away.
 * @throws ServiceError `validation_failed`, `caller_name_taken`, `caller_not_found`, `service_key_not_found`, `too_many_keys`, `users_unavailable`
 */
export function createCallerAdministration({ repository, onChange = () => { } }) {
    async function found(name) {
        const caller = await repository.find(name);
        if (caller === null)
            throw serviceError('caller_not_found', `There is no service ${name}.`);
        return caller;
    }
    /** Also if it failed: it may have happened. */
    const changing = (verb) => verb.finally(onChange);
    async function add(caller, key) {
        const { name } = caller;
        check('name', new RegExp(CALLER_NAME_PATTERN).test(name), 'The name of a service has 1 to 63 lower-case letters, digits and dashes and starts with a letter.');
        checkPrefix(caller);
        if (!await changing(repository.add(caller, key)))
            throw serviceError('caller_name_taken', `There is a service ${name} already. POST /admin/callers/${name}/keys gives it another key.`);
        return found(name);
    }
    async function addTo(name, key) {
        const isAdded = await changing(repository.addKey(name, key));
        const caller = await found(name);
        if (!isAdded)
            throw serviceError('too_many_keys', `The service ${name} has two keys. Take away the one that it does not use any more, then ask again.`);
        return caller;
    }
    return {
        find: found,
        list: repository.list,
        async create(caller) {
            const { text, ...key } = issueServiceKey();
            return { caller: await add(caller, key), key: text };
        },
        /** One that has no secret in common with this service: it signs assertions, which this public key (a JSON Web Key) verifies. */
        async createSigner(caller, publicKey) {
            return { caller: await add(caller, registeredKey(publicKey)) };
        },
        /** What it may do from now on, on every instance within a second. */
        async change(name, change) {
            checkPrefix(change);
            await changing(repository.change(name, change));
            return found(name);
        },
        /** Another key beside the one that it has. */
        async addKey(name) {
            const { text, ...key } = issueServiceKey();
            return { caller: await addTo(name, key), key: text };
        },
        /** A public key beside the one that it has, and the id under which assertions name it. */
        async addPublicKey(name, publicKey) {
            const key = registeredKey(publicKey);
            return { caller: await addTo(name, key), keyId: key.id };
        },
        /** On every instance within a second. */
        async removeKey(name, keyId) {
            const isRemoved = await changing(repository.removeKey(name, keyId));
            const caller = await found(name);
            if (!isRemoved)
                throw serviceError('service_key_not_found', `The service ${name} has no key ${keyId}. GET /admin/callers lists those that it has.`);
            return caller;
        },
        /** With all of its keys. */
        async remove(name) {
            if (!await changing(repository.remove(name)))
                await found(name);
        }
    };
}
function checkPrefix({ dataPrefix = '' }) {
    check('dataPrefix', new RegExp(DATA_PREFIX_PATTERN).test(dataPrefix), 'A prefix of data keys has at most 64 printable ASCII characters and no spaces.');
}
function check(member, holds, advice) {
    if (!holds)
        throw invalidMember(member, advice);
}
//# sourceMappingURL=administration.js.map