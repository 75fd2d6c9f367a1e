import { validationError } from "./validation-error.js";
/**
 * For routes that take no body: an empty object is none, which clients like to send, and any member is one that the route does not know.
 * @throws ServiceError `validation_failed`
 */
export function refuseBody({ body }, _reply, done) {
    const faults = faultsOf(body);
    if (faults.length > 0)
        throw validationError(faults, 'body');
    done();
}
function faultsOf(body) {
    if (body === undefined || body === null)
        return [];
    if (typeof body !== 'object' || Array.isArray(body))
        return [fault('must be object', {})];
    return Object.keys(body).map(additionalProperty => fault('must NOT have additional properties', { additionalProperty }));
}
function fault(message, params) {
    return { keyword: 'additionalProperties', instancePath: '', schemaPath: '', params, message };
}
//# sourceMappingURL=no-body.js.map