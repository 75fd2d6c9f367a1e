/**
 * `always` is what the operator says of this service. Otherwise the request tells, and `X-Forwarded-Proto` is believed from
 * anybody: HTTPS only makes the rules for cookies stricter, and nothing that a request says makes them looser.
 */
export function httpsWhen(always) {
    return ({ protocol, headers }) => always || protocol === 'https' || /\bhttps\b/i.test(String(headers['x-forwarded-proto']));
}
//# sourceMappingURL=scheme.js.map