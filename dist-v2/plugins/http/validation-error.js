import { serviceError } from "../../sessions/errors.js";
import { pointerTo } from "../../sessions/data/json-pointer.js";
/** More faults than this are told by `errors` alone: the sentence is for people. */
const FAULTS_IN_DETAIL = 3;
/** More than a person reads: the answer must not be many times as long as what was sent. */
const MOST_FAULTS = 256;
/** Every fault with its JSON pointer (RFC 6901) into the part of the request that is wrong. */
export function validationError(faults, part) {
    // That a name is not valid is told by what is wrong with it.
    const told = faults.filter(({ keyword }) => keyword !== 'propertyNames');
    const errors = told.slice(0, MOST_FAULTS).map(fault => ({ in: part, pointer: pointerOf(fault), detail: String(fault.message) }));
    const first = errors.slice(0, FAULTS_IN_DETAIL).map(fault => `${fault.in}${fault.pointer} ${fault.detail}`).join('; ');
    const more = told.length > FAULTS_IN_DETAIL ? `; and ${told.length - FAULTS_IN_DETAIL} more` : '';
    return serviceError('validation_failed', `The request does not fit the schema of this route: ${first}${more}.`, { extras: { errors } });
}
/** Of a fault of a name, `propertyName` is the name (Ajv's ErrorObject). */
function pointerOf({ instancePath, params, propertyName }) {
    const member = params.missingProperty ?? params.additionalProperty ?? propertyName;
    return typeof member === 'string' ? `${instancePath}${pointerTo(member)}` : instancePath;
}
//# sourceMappingURL=validation-error.js.map