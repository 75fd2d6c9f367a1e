import { SocketAddress, isIP, isIPv6 } from 'node:net';
import { capturedAddress } from "../../sessions/policies/capture.js";
/**
 * The IP address of the client in its one spelling, at most 45 characters: IPv6 as RFC 5952 writes it, IPv4 as such also where it is
 * mapped into IPv6, without a zone. What a proxy passed on is believed if it is an address; otherwise it is that of the connection.
 * Empty if there is none, as on a Unix socket.
 */
export function clientAddress({ ip = '', socket }) {
    return canonicalAddress(isIP(ip) === 0 ? socket.remoteAddress ?? '' : ip);
}
/** An address in its one spelling; what is no IPv6 address stays as it is. */
export function canonicalAddress(address) {
    return isIPv6(address) ? canonical(address) : address;
}
/** What a log line may hold of it: no more than the session does. Undefined, which JSON leaves out, if that is nothing. */
export function addressForLog(origin, mode) {
    return capturedAddress(clientAddress(origin), mode) || undefined;
}
function canonical(ipv6) {
    const { address } = new SocketAddress({ address: ipv6.replace(/%.*$/, ''), family: 'ipv6' });
    return address.replace(/^::ffff:(?=\d+\.)/, '');
}
//# sourceMappingURL=client-address.js.map