import { DEFAULT_LIFETIME } from "../sessions/policies/lifetimes.js";
import { unpackAddress } from "./address.js";
import { unpackUserAgent } from "./user-agent.js";
/*
 * What the scripts of lua/ answer, as the shapes of sessions/. Their headers say what is at which place.
 */
/** What sessionsValidate says of one credential: the session if it is alive, and the counting buckets that it left and entered. */
export function verdictOf(id, verdict) {
    if (verdict.startsWith('dead '))
        return { session: null, left: verdict.slice('dead '.length) };
    if (verdict.startsWith('error '))
        throw new Error(verdict.slice('error '.length));
    const [userId, profile, createdAtMs, lastAccessedAtMs, idleMs, absoluteDeadlineMs, extendedUntilMs, authenticatedAtMs, rotation, binding, goodForMs, advanced, left, entered, packedAddress = '', packedAgent] = JSON.parse(verdict);
    const times = { createdAtMs, lastAccessedAtMs, idleMs, absoluteDeadlineMs, extendedUntilMs, authenticatedAtMs };
    const lastOrigin = packedAgent === undefined ? null : { ipAddress: unpackAddress(packedAddress), userAgent: unpackUserAgent(packedAgent) };
    return { session: { id, userId, profile: profileOf(profile), times, rotation: rotations[rotation], binding, lastOrigin, goodForMs, isAdvanced: advanced === 1 }, left, entered };
}
const rotations = ['possible', 'due', 'done'];
/**
 * A profile as the record keeps it: a JSON array of texts, without the brackets and quotation marks around it. Behind the roles, which begin with a letter,
 * of what another service opened its claims as JSON, if there are any, and `=` with its name.
 */
export function profileText({ email, name, roles, claims, openedBy }) {
    const ofService = openedBy === undefined ? [] : [...claims === undefined ? [] : [JSON.stringify(claims)], `=${openedBy}`];
    return JSON.stringify([email, name, ...roles, ...ofService]).slice(2, -2);
}
/** Of what profileText made. */
export function profileFrom(text) {
    return profileOf(JSON.parse(`["${text}"]`));
}
function profileOf([email = '', name = '', ...roles]) {
    if (roles.at(-1)?.startsWith('=') !== true)
        return { email, name, roles };
    const openedBy = String(roles.pop()).slice(1);
    if (roles.at(-1)?.startsWith('{') !== true)
        return { email, name, roles, openedBy };
    return { email, name, claims: JSON.parse(String(roles.pop())), roles, openedBy };
}
export function timesOf([createdAt, touchedAt, idle, absolute, extendedUntil, authenticatedAt]) {
    return {
        createdAtMs: Number(createdAt),
        lastAccessedAtMs: Number(touchedAt),
        idleMs: Number(idle),
        absoluteDeadlineMs: Number(absolute),
        extendedUntilMs: Number(extendedUntil),
        authenticatedAtMs: Number(authenticatedAt)
    };
}
/** Of a hash of a device id, what a record keeps: 36 bits tell the devices of one user apart. */
const ID_HASH_LENGTH = 6;
/** What a login told of its device, as sessionCreate takes it. No capability has a comma. */
export function deviceTexts({ idHashes = [], name = '', capabilities = [] }) {
    return [idHashes.length === 0 ? '' : `,${idHashes.map(hash => hash.slice(0, ID_HASH_LENGTH)).join(',')},`, name, capabilities.join(',')];
}
/** What sessionExtend answers. */
export function extendedOf([now, ...times]) {
    return { nowMs: Number(now), times: timesOf(times) };
}
/** What sessionReplace answers, behind the buckets. */
export function replacedOf([, , lifetime = '', ...times]) {
    return { lifetime: lifetime || DEFAULT_LIFETIME, times: timesOf(times) };
}
export function storedDataOf([version, ...fields]) {
    const values = new Map();
    for (let i = 0; i + 1 < fields.length; i += 2)
        values.set(String(fields[i]), String(fields[i + 1]));
    return { version, values };
}
export function writtenOf([outcome, figure, removed = 0]) {
    switch (outcome) {
        case 'ok': return { outcome: 'written', version: Number(figure), removed };
        case 'conflict': return { outcome: 'conflict', version: Number(figure) };
        case 'keys': return { outcome: 'too-many-keys', count: Number(figure) };
        case 'bytes': return { outcome: 'too-many-bytes', bytes: Number(figure) };
        case 'claimed': return { outcome: 'claimed' };
    }
}
//# sourceMappingURL=replies.js.map