import { ServiceError, serviceError } from "../../sessions/errors.js";
import { validationError } from "./validation-error.js";
/**
 * The coded error behind whatever was thrown. Errors of Fastify and its plugins say by `statusCode` whose fault they are:
 * 4xx is the caller's, and never a 500.
 */
export function codedError(error, request) {
    if (error instanceof ServiceError)
        return error;
    if (error.validation !== undefined)
        return validationError(error.validation, String(error.validationContext));
    switch (error.statusCode) {
        // 403 is a path that leaves the folder of the documentation: there is nothing.
        case 403:
        case 404: return serviceError('route_not_found', 'There is no such path. See /docs for every route.');
        case 412: return serviceError('precondition_failed', 'What was asked for has another ETag than If-Match names. Ask without it.');
        case 413: return tooLarge(request);
        case 415: return serviceError('unsupported_media_type', 'Bodies are JSON: send Content-Type: application/json.');
        case 416: return serviceError('range_not_satisfiable', 'What was asked for is shorter than the Range header supposes. Ask without it.');
        default: return isOfCaller(error) ? unreadable(error) : defect(error);
    }
}
function isOfCaller({ statusCode = 500 }) {
    return statusCode >= 400 && statusCode < 500;
}
function defect(cause) {
    return serviceError('internal_error', 'Something went wrong on our side. The log has it under the x-request-id of this answer.', { cause });
}
function tooLarge({ headers, routeOptions: { bodyLimit: max } }) {
    const announced = headers['content-length'];
    const extras = { cap: 'body', max, ...(announced !== undefined && { actual: Number(announced) }) };
    return serviceError('body_too_large', `The request body is larger than the ${max} bytes that this route accepts. Send less.`, { extras });
}
/** A body that is not JSON, or one with a forbidden member name (`__proto__`), which is a SyntaxError of the parser. */
function unreadable(error) {
    if (error instanceof SyntaxError || error.code === 'FST_ERR_CTP_INVALID_JSON_BODY') {
        return serviceError('malformed_json', 'The body is not valid JSON, or has a member named __proto__ or constructor.prototype.');
    }
    return serviceError('malformed_request', 'The request cannot be read: its URL, headers or framing are broken.');
}
//# sourceMappingURL=coded-error.js.map