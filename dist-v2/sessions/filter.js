import ipaddr from 'ipaddr.js';
/** Of an IPv6 address, in front of an IPv4 address that is mapped into it. */
const MAPPED_BITS = 96;
/**
 * The network that a text names; a single address is one of its own, and IPv4 that is mapped into IPv6 is IPv4. Null for what is neither: `203.0.113`
 * is no short form of anything here.
 */
export function networkIn(text) {
    const [start = ''] = text.split('/');
    if (!ipaddr.IPv6.isValid(start) && !ipaddr.IPv4.isValidFourPartDecimal(start))
        return null;
    const whole = start === text ? `${text}/${text.includes(':') ? 128 : 32}` : text;
    if (!ipaddr.isValidCIDR(whole))
        return null;
    const [address, bits] = ipaddr.parseCIDR(whole);
    const isMapped = address instanceof ipaddr.IPv6 && address.isIPv4MappedAddress() && bits >= MAPPED_BITS;
    return isMapped ? [address.toIPv4Address(), bits - MAPPED_BITS] : [address, bits];
}
/** The largest networks that are one of many: of larger ones a few are everybody. */
const SOME_BITS = { ipv4: 8, ipv6: 16 };
/** Whether a filter says by itself which sessions are meant. What all may be, or nearly all, does not: a device of which nothing is known, as of sessions that services open without a user agent, an address in a network larger than SOME_BITS, a moment before which they were opened or used, that they are not flagged. */
export function isOfSome({ deviceType, address, flagged }) {
    const network = address === undefined ? null : networkIn(address);
    const isSome = network !== null && network[1] >= SOME_BITS[network[0].kind()];
    return (deviceType !== undefined && deviceType !== 'unknown') || isSome || flagged === true;
}
/** Whether a session is meant; made once for all that are looked at. */
export function fits({ deviceType, address, openedBeforeMs = Infinity, unusedSinceMs = Infinity, flagged }) {
    const network = address === undefined ? null : networkIn(address);
    // What is kept may be a network itself (CAPTURE_ADDRESS): then nobody knows where in it.
    const isWithin = (text) => {
        if (network === null)
            return true;
        const kept = networkIn(text);
        return kept !== null && kept[0].kind() === network[0].kind() && kept[1] >= network[1] && kept[0].match(network);
    };
    return session => (deviceType === undefined || session.deviceType === deviceType) &&
        session.times.createdAtMs < openedBeforeMs &&
        session.times.lastAccessedAtMs < unusedSinceMs &&
        (flagged === undefined || session.isFlagged === flagged) &&
        (isWithin(session.ipAddress) || isWithin(session.lastIpAddress));
}
//# sourceMappingURL=filter.js.map