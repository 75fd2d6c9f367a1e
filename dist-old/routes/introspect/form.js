import { serviceError } from "../../sessions/errors.js";
/**
 * Takes of a form the members with these names. RFC 6749 section 3.1: none may come twice, and others are ignored; of those some may (RFC 8707 section 2).
 */
export function createFormParser(names) {
    return (text, done) => {
        const members = [...new URLSearchParams(text)].filter(([name]) => names.includes(name));
        if (new Set(members.map(([name]) => name)).size < members.length)
            return done(serviceError('malformed_request', 'The form has a member twice. Send each once.'));
        done(null, Object.fromEntries(members));
    };
}
//# sourceMappingURL=form.js.map