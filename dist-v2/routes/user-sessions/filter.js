import { deviceTypes } from "../../sessions/devices/device.js";
import { invalidMember } from "../../sessions/errors.js";
import { isOfSome, networkIn } from "../../sessions/filter.js";
/** What a query asks for; it has no member that is absent there. @throws ServiceError `validation_failed` if the address is none */
export function filterOf({ deviceType, address, openedBefore, unusedSince, flagged }) {
    if (address !== undefined && networkIn(address) === null)
        throw invalidMember('address', 'The address is none. Send one, or a network such as 203.0.113.0/24.', 'querystring');
    return {
        ...(deviceType !== undefined && { deviceType: deviceTypes.find(type => type === deviceType) }),
        ...(address !== undefined && { address }),
        ...(openedBefore !== undefined && { openedBeforeMs: Number(openedBefore) }),
        ...(unusedSince !== undefined && { unusedSinceMs: Number(unusedSince) }),
        ...(flagged !== undefined && { flagged: flagged === 'true' })
    };
}
/** Nobody ends everything and means some of it. @throws ServiceError `validation_failed` */
export function assertEverybodyMeant({ userId, cursor }, filter) {
    if (userId === undefined && cursor === undefined && Object.keys(filter).length === 0)
        return;
    throw invalidMember('confirm', 'With confirm=everybody all sessions of everybody end: send neither a userId nor which of them are meant. Nothing was ended.', 'querystring');
}
/** Nobody ends everything for want of a value, or by one that nearly everything fits. @throws ServiceError `validation_failed` */
export function assertSomeMeant(filter, isConfirmed) {
    if (Object.keys(filter).length === 0)
        throw invalidMember('userId', 'Say whose sessions are to end, or which: send a userId, a deviceType, an address …, or confirm=everybody. Nothing was ended.', 'querystring');
    if (!isOfSome(filter) && !isConfirmed)
        throw invalidMember('confirm', 'Nearly all sessions of everybody may fit that. If that is meant, send confirm=matching as well. Nothing was ended.', 'querystring');
}
//# sourceMappingURL=filter.js.map