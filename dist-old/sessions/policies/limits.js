import { serviceError } from "../errors.js";
/** Of so many sessions on devices of each type. */
export function quotaOf({ max, byDeviceType, policy }, counts) {
    return {
        used: [...counts.values()].reduce((sum, count) => sum + count, 0),
        max,
        policy,
        byDeviceType: new Map([...byDeviceType].map(([type, max]) => [type, { used: counts.get(type) ?? 0, max }]))
    };
}
/** The refusal of a session that is over one of its limits. */
export function limitReached(over, { limits, deviceType, isGuarded = false }) {
    const max = limits[over];
    const where = over === 'max' ? '' : ` on devices of the type ${deviceType}`;
    const advice = isGuarded
        ? 'This device is not known, so its login ends none of them. Log in from a known one, or end one there.'
        : 'Log in again with endSessionId: the sessionId of one of them, which ends then.';
    return serviceError('session_limit_reached', `This account may have ${max} live session${max === 1 ? '' : 's'}${where}. ${advice}`, { extras: { max, ...(over === 'maxOfType' && { deviceType }) } });
}
//# sourceMappingURL=limits.js.map