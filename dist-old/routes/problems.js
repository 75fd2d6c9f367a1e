import { Type } from '@sinclair/typebox';
import { problem } from "../sessions/errors.js";
import { problemExample } from "./problem-examples.js";
/** The response entries of these codes: one per status, with an example of each code. */
export function problems(...codes) {
    const byStatus = {};
    for (const status of new Set(codes.map(code => problem(code, '').status))) {
        byStatus[status] = response(status, codes.filter(code => problem(code, '').status === status));
    }
    return byStatus;
}
/** Headers that an error answer carries beside its body. */
const headers = {
    401: { 'www-authenticate': Type.String({ description: '`Bearer`, with `error="invalid_token"` if a credential was sent that is worth nothing (RFC 6750).' }) },
    412: { etag: Type.String({ description: 'The version that the data has now.' }) },
    429: {
        'retry-after': Type.String({ description: 'Seconds after which to come again.' }),
        ratelimit: Type.String({ description: 'The policy that refused, what is left (`r`), and the seconds to wait (`t`).' }),
        'ratelimit-policy': Type.String({ description: 'Its name, how many failures it lets in (`q`) and within how many seconds (`w`).' })
    },
    503: { 'retry-after': Type.String({ description: 'Seconds after which to come again.' }) }
};
/** Of 403 only where a time has to pass. */
const waiting = { 'retry-after': Type.String({ description: 'Of `session_too_young`: seconds after which the password may be proven.' }) };
/** Of 403 where a scope is asked for. */
const lacking = { 'www-authenticate': Type.String({ description: '`Bearer` with `error="insufficient_scope"` and the scope that is missing (RFC 6750).' }) };
/** Of 409 where an Idempotency-Key is taken. */
const inUse = { 'retry-after': Type.String({ description: 'Of `idempotency_key_in_use`: seconds after which to repeat the request.' }) };
function headersOf(status, codes) {
    if (codes.includes('insufficient_scope'))
        return lacking;
    if (codes.includes('idempotency_key_in_use'))
        return inUse;
    return codes.includes('session_too_young') ? waiting : headers[status];
}
function response(status, codes) {
    const own = headersOf(status, codes);
    const examples = Object.fromEntries(codes.map(code => [code, { value: problemExample(code) }]));
    return {
        description: codes.map(code => `\`${code}\``).join(', '),
        ...(own && { headers: own }),
        content: { 'application/problem+json': { schema: Type.Unsafe({ $ref: 'Problem#' }), examples } }
    };
}
//# sourceMappingURL=problems.js.map