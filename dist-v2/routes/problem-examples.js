import { exampleDescription } from "./examples.js";
import { problem } from "../sessions/errors.js";
const invalidMember = { in: 'body', pointer: '/password', detail: 'must be string' };
/** For the documentation: what the `detail` of each code says, and the members that it adds. */
const examples = {
    validation_failed: ['The request does not fit the schema of this route: body/password must be string.', { errors: [invalidMember] }],
    malformed_json: ['The body is not valid JSON, or has a member named __proto__ or constructor.prototype.'],
    malformed_request: ['The request cannot be read: its URL, headers or framing are broken.'],
    malformed_etag: ['If-Match takes * or entity tags in double quotes, such as "3": send the ETag of the last data answer as it was.'],
    malformed_cursor: ['The cursor was not made by this service for this list. Send the nextCursor of the page before, with the same query, or none for the first page.'],
    malformed_idempotency_key: ['Idempotency-Key takes 1 to 128 characters of printable ASCII, in quotation marks if there is a space or one of them in it. Nothing was done.'],
    reserved_key: ['The key constructor has a meaning in JavaScript or in URLs and cannot be used. Choose another.'],
    password_too_common: ['The new password is a common one, a single word, or a few characters over and over or in a row: that is what guessers try first. Choose another.', { reason: 'common' }],
    password_unchanged: ['The new password is the current one. Choose another.'],
    audience_not_allowed: ['No tokens are made for unknown: TOKEN_AUDIENCES does not name it.'],
    credentials_disagree: ['The request carries a credential twice, or different ones. Send one: x-session-id, Authorization: Bearer or the session cookie.'],
    no_session: ['This route needs a session: log in with POST /login and send its sessionId as x-session-id or as Authorization: Bearer.'],
    invalid_session: ['The session does not exist or has ended. Log in again.'],
    no_service_key: ['This route is for other services: send a key, as Authorization: Bearer ssk_… or as the password of Authorization: Basic, or an assertion as Authorization: Bearer, or in a form at POST /v1/introspect.'],
    invalid_service_key: ['There is no such key, or not any more, or the name with it is not that of its service.'],
    invalid_client_assertion: ['This assertion was used before. Each is good once: sign another one for every request, with a jti of its own.'],
    login_failed: ['Email and password do not belong to an account that may log in.'],
    wrong_password: ['This is not the current password of the account that is logged in. Nothing has changed: try again.'],
    forbidden: ['This route is for accounts with the role admin.'],
    insufficient_scope: ['This needs the scope sessions:introspect, which the service does not have. An operator can give it one: npm run keys -- scopes, or PATCH /admin/callers.', { scope: 'sessions:introspect' }],
    reauthentication_required: [
        'For this the password has to be proven within 43200 seconds. Send it to POST /session/reauthenticate, then repeat the request with the new sessionId.',
        { maxAge: 43_200 }
    ],
    data_key_not_allowed: ['The service may keep values under keys that begin with shop. only; theme does not. Nothing was changed.'],
    login_required: ['This session was opened without a login, and this is for who has logged in. POST /login takes its place: send it as anonymousSession, or come with its cookie.'],
    session_too_young: [
        'This session comes from a device that is not known, and is too young to end older ones, or to do what could end them. Prove the password with POST /session/reauthenticate in 540 seconds or later, then repeat the request with the new sessionId.',
        { guardedUntil: '1704067800000' }
    ],
    cross_site_request: ['A request with the session cookie that changes something has to come from a page of this service or of an origin in CORS_ORIGINS. Other clients send x-session-id.'],
    route_not_found: ['There is no such path. See /docs for every route.'],
    session_not_found: ['You have no live session with this id. GET /sessions lists those that you have.'],
    user_not_found: ['There is no account 1001.'],
    caller_not_found: ['There is no service shop.'],
    service_key_not_found: ['The service shop has no key 0a1b2c3d4e5f6071. GET /admin/callers lists those that it has.'],
    channel_not_found: ['There are no leases for the channel streams: CHANNEL_LIMITS does not name it.'],
    data_key_not_found: ['This session holds no value under the key cartItems.'],
    method_not_allowed: ['GET is not possible here; POST is.'],
    request_timeout: ['The request did not arrive in time. Send it again.'],
    position_too_old: ['What came behind that position is not known any more. Forget what you have of it and read from the beginning, without `after`; everything that is known comes behind `position`.', { position: '1704067200123-0' }],
    version_conflict: ['Someone else changed the data since you read it. Read it again, then repeat your change with the new ETag.', { currentETag: '"4"' }],
    precondition_failed: ['What was asked for has another ETag than If-Match names. Ask without it.'],
    body_too_large: ['The request body is larger than the 65536 bytes that this route accepts. Send less.', { cap: 'body', max: 65_536, actual: 70_000 }],
    batch_too_large: ['The call asks about 1001 credentials; at most 1000 are allowed. Send them in parts.', { cap: 'tokens', max: 1000, actual: 1001 }],
    data_limit_exceeded: [
        'With this change the session would have 65 keys; at most 64 are allowed (DATA_MAX_KEYS). Nothing was changed.',
        { cap: 'DATA_MAX_KEYS', max: 64, actual: 65 }
    ],
    unsupported_media_type: ['Bodies are JSON: send Content-Type: application/json.'],
    range_not_satisfiable: ['What was asked for is shorter than the Range header supposes. Ask without it.'],
    expectation_failed: ['The only expectation that can be met is 100-continue. Leave the Expect header out.'],
    too_many_attempts: ['Too many attempts have failed. Try again in 4 seconds.'],
    not_the_holder: ['This session does not hold the channel playback. Nothing was changed.'],
    too_many_channels: ['Sessions of this user hold 16 channels, which is as many as there may be. Nothing was changed.', { max: 16 }],
    lease_limit_reached: ['All places in the channel streams (1) are taken. End one of these sessions, or let it give its place back.', { max: 1, holders: [{ sessionId: exampleDescription.sessionId, until: '1704067260000' }] }],
    operation_failed: ['Operation 0, increment of cartItems: there is no number. Nothing was changed.', { index: 0 }],
    too_many_streams: ['This session has 8 live connections to this instance already. Close one of them first.'],
    no_password_here: ['This session was opened by the service shop, for a user who logs in there: there is no password here.'],
    email_taken: ['The email zoe@example.com is taken.'],
    caller_name_taken: ['There is a service shop already. POST /admin/callers/shop/keys gives it another key.'],
    too_many_keys: ['The service shop has two keys. Take away the one that it does not use any more, then ask again.'],
    own_account: ['Your own account cannot be disabled or lose the role admin here, so that nobody locks everybody out. Another administrator can do it.'],
    idempotency_key_in_use: ['The first request with this Idempotency-Key has not been answered yet. Repeat yours in a moment: it gets the same answer.'],
    session_claimed: ['A login is taking the place of this anonymous session, and its data with it. Go on with the credential that the login answers with; if it fails, repeat this change after it, at the latest in a minute.'],
    session_limit_reached: ['This account may have 1 live session. Log in again with endSessionId: the sessionId of one of them, which ends then.', { max: 1, sessions: [{ ...exampleDescription, current: false }] }],
    idempotency_key_reused: ['This Idempotency-Key came with another request before. Nothing was done. Give each request a key of its own, and repeat one exactly as it was.'],
    too_many_sessions: ['From this address 100 sessions have been opened without a login. Go on with one of them, or try again later.'],
    headers_too_large: ['The URL and headers of the request are larger than the service accepts. Send less.'],
    internal_error: ['Something went wrong on our side. The log has it under the x-request-id of this answer.'],
    store_unavailable: ['The session store does not answer. That says nothing about the session: retry shortly.'],
    users_unavailable: ['The user database does not answer. Try again in a moment.'],
    data_busy: ['Too many others are changing this data at the same time. Nothing was changed; try again.'],
    login_busy: ['Too many logins are waiting. Try again in a moment.'],
    shutting_down: ['This instance is stopping. Use another one.'],
    not_ready: ['A part that the service needs does not answer, see checks.', { checks: { redis: 'unavailable', postgres: 'ok' } }]
};
/** A whole answer of that code, as a caller sees it. */
export function problemExample(code) {
    const [detail, extras] = examples[code];
    return problem(code, detail, extras);
}
//# sourceMappingURL=problem-examples.js.map