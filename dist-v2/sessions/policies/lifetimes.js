import { serviceError } from "../errors.js";
export const DEFAULT_LIFETIME = 'default';
export const REMEMBER_ME = 'rememberMe';
/** The name of the profile. @throws ServiceError `validation_failed` if there is none of that name, or two are asked for */
export function chosenLifetime(lifetimes, { rememberMe = false, lifetime }) {
    const name = lifetime ?? (rememberMe ? REMEMBER_ME : DEFAULT_LIFETIME);
    if (!lifetimes.has(name))
        throw unusable(`must be one of ${[...lifetimes.keys()].join(', ')}`);
    if (rememberMe && name !== REMEMBER_ME)
        throw unusable('is not what rememberMe asks for: send one of them');
    return name;
}
function unusable(fault) {
    return serviceError('validation_failed', `The request does not fit the schema of this route: body/lifetime ${fault}.`, { extras: { errors: [{ in: 'body', pointer: '/lifetime', detail: fault }] } });
}
/** Whether the session is meant to outlive the browser that it was opened in. */
export function isRemembered({ rememberMe, lifetime }) {
    return rememberMe === true || lifetime === REMEMBER_ME;
}
/** The longest that any session may live, in milliseconds. */
export function longestOf(lifetimes) {
    return Math.max(...[...lifetimes.values()].map(({ absoluteMs }) => absoluteMs));
}
//# sourceMappingURL=lifetimes.js.map