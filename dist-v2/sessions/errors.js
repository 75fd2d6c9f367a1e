/**
 * Every error that a caller can meet: `code` (stable, part of the contract), HTTP status, title, and the short
 * sentence of the `error` member. `detail` is what the thrower adds: what happened and what to do.
 * plugins/http/errors.ts is the one place that turns them into `application/problem+json` (RFC 9457).
 */
const table = {
    validation_failed: [400, 'Bad Request', 'Request validation failed'],
    malformed_json: [400, 'Bad Request', 'Malformed JSON'],
    malformed_request: [400, 'Bad Request', 'Malformed request'],
    malformed_etag: [400, 'Bad Request', 'Malformed If-Match header'],
    malformed_cursor: [400, 'Bad Request', 'Malformed cursor'],
    malformed_idempotency_key: [400, 'Bad Request', 'Malformed Idempotency-Key header'],
    reserved_key: [400, 'Bad Request', 'Reserved data key'],
    password_too_common: [400, 'Bad Request', 'New password is too easy to guess'],
    password_unchanged: [400, 'Bad Request', 'New password is the current one'],
    audience_not_allowed: [400, 'Bad Request', 'No tokens for this audience'],
    credentials_disagree: [400, 'Bad Request', 'Credentials disagree'],
    no_session: [401, 'Unauthorized', 'No session ID provided'],
    invalid_session: [401, 'Unauthorized', 'Invalid or expired session'],
    no_service_key: [401, 'Unauthorized', 'No service key provided'],
    invalid_service_key: [401, 'Unauthorized', 'Invalid service key'],
    invalid_client_assertion: [401, 'Unauthorized', 'Invalid client assertion'],
    login_failed: [401, 'Unauthorized', 'Invalid email or password'],
    wrong_password: [401, 'Unauthorized', 'Wrong password'],
    forbidden: [403, 'Forbidden', 'Not allowed for this account'],
    insufficient_scope: [403, 'Forbidden', 'Not allowed for this service'],
    reauthentication_required: [403, 'Forbidden', 'Password has to be proven again'],
    data_key_not_allowed: [403, 'Forbidden', 'Data key not allowed for this service'],
    login_required: [403, 'Forbidden', 'Login required'],
    session_too_young: [403, 'Forbidden', 'Session is too young for that'],
    cross_site_request: [403, 'Forbidden', 'Request from another site'],
    route_not_found: [404, 'Not Found', 'Route not found'],
    session_not_found: [404, 'Not Found', 'Session not found'],
    user_not_found: [404, 'Not Found', 'User not found'],
    caller_not_found: [404, 'Not Found', 'Service not found'],
    service_key_not_found: [404, 'Not Found', 'Service key not found'],
    channel_not_found: [404, 'Not Found', 'Channel not found'],
    data_key_not_found: [404, 'Not Found', 'Data key not found'],
    method_not_allowed: [405, 'Method Not Allowed', 'Method not allowed'],
    request_timeout: [408, 'Request Timeout', 'Request timed out'],
    email_taken: [409, 'Conflict', 'Email taken'],
    caller_name_taken: [409, 'Conflict', 'Name of a service taken'],
    too_many_keys: [409, 'Conflict', 'Too many keys'],
    not_the_holder: [409, 'Conflict', 'Not held by this session'],
    too_many_channels: [409, 'Conflict', 'Too many channels'],
    lease_limit_reached: [409, 'Conflict', 'All places are taken'],
    operation_failed: [409, 'Conflict', 'Operation does not fit the data'],
    no_password_here: [409, 'Conflict', 'User logs in elsewhere'],
    own_account: [409, 'Conflict', 'Not possible for your own account'],
    idempotency_key_in_use: [409, 'Conflict', 'Idempotency key in use'],
    session_claimed: [409, 'Conflict', 'Login is taking over this session'],
    session_limit_reached: [409, 'Conflict', 'Session limit reached'],
    position_too_old: [410, 'Gone', 'Position is too old'],
    version_conflict: [412, 'Precondition Failed', 'Data has changed'],
    precondition_failed: [412, 'Precondition Failed', 'Precondition failed'],
    body_too_large: [413, 'Content Too Large', 'Request body too large'],
    batch_too_large: [413, 'Content Too Large', 'Too many at once'],
    data_limit_exceeded: [413, 'Content Too Large', 'Data limit exceeded'],
    unsupported_media_type: [415, 'Unsupported Media Type', 'Unsupported media type'],
    range_not_satisfiable: [416, 'Range Not Satisfiable', 'Range not satisfiable'],
    expectation_failed: [417, 'Expectation Failed', 'Expectation failed'],
    idempotency_key_reused: [422, 'Unprocessable Content', 'Idempotency key of another request'],
    too_many_attempts: [429, 'Too Many Requests', 'Too many failed attempts'],
    too_many_streams: [429, 'Too Many Requests', 'Too many live connections'],
    too_many_sessions: [429, 'Too Many Requests', 'Too many sessions opened'],
    headers_too_large: [431, 'Request Header Fields Too Large', 'Request headers too large'],
    internal_error: [500, 'Internal Server Error', 'Internal server error'],
    store_unavailable: [503, 'Service Unavailable', 'Session store unavailable'],
    users_unavailable: [503, 'Service Unavailable', 'User database unavailable'],
    data_busy: [503, 'Service Unavailable', 'Too many changes at once'],
    login_busy: [503, 'Service Unavailable', 'Too many logins at once'],
    shutting_down: [503, 'Service Unavailable', 'Shutting down'],
    not_ready: [503, 'Service Unavailable', 'Not ready']
};
/** A refusal or failure with a place in the table above. Everything else that is thrown is a defect. */
export class ServiceError extends Error {
    code;
    extras;
    /** Response headers that belong to the answer, such as the current `ETag` of a version conflict. */
    headers;
    constructor(code, detail, options = {}) {
        super(detail, { cause: options.cause });
        this.name = 'ServiceError';
        this.code = code;
        this.extras = options.extras ?? {};
        this.headers = options.headers ?? {};
    }
}
/** Makes the error of that code; `detail` says what happened and what to do about it. */
export function serviceError(code, detail, options) {
    return new ServiceError(code, detail, options);
}
/** A refusal of one member of a body, or of a query, in the form in which a request that does not fit its schema is refused. */
export function invalidMember(member, advice, part = 'body') {
    return serviceError('validation_failed', advice, { extras: { errors: [{ in: part, pointer: `/${member}`, detail: advice }] } });
}
export const errorCodes = Object.keys(table);
/** The RFC 9457 body of a code. */
export function problem(code, detail, extras = {}) {
    const [status, title, error] = table[code];
    return { type: `urn:session-service:problem:${code}`, title, status, detail, code, error, ...extras };
}
//# sourceMappingURL=errors.js.map