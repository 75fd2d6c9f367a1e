import ipaddr from 'ipaddr.js';
import { remembered } from "../sessions/remembered.js";
const PACKED_IPV4 = /^-?\d+$/;
const IPV6_LENGTH = 22;
/** In front of a text that is kept as it is. */
const PLAIN = '=';
/**
 * An IPv4 address as a signed number in decimal, which Redis keeps in 4 bytes; an IPv6 address in base64url, 22 characters instead of up
 * to 39. An address in another than its usual spelling, a network or any other text stays as it is: all of them come back to the byte.
 */
export function packAddress(address) {
    if (address === '')
        return '';
    const packed = ipaddr.isValid(address) ? packedBytes(ipaddr.parse(address).toByteArray()) : '';
    return packed !== '' && unpacked(packed) === address ? packed : PLAIN + address;
}
function packedBytes(bytes) {
    const buffer = Buffer.from(bytes);
    return buffer.length === 4 ? String(buffer.readInt32BE()) : buffer.toString('base64url');
}
/** The text that was packed, '' for none. The same few thousand come again and again. */
export const unpackAddress = remembered(unpacked);
function unpacked(packed) {
    if (PACKED_IPV4.test(packed))
        return ipv4Of(Number(packed));
    if (packed.startsWith(PLAIN))
        return packed.slice(PLAIN.length);
    return packed.length === IPV6_LENGTH ? new ipaddr.IPv6([...Buffer.from(packed, 'base64url')]).toRFC5952String() : '';
}
function ipv4Of(number) {
    return [number >>> 24, number >>> 16 & 255, number >>> 8 & 255, number & 255].join('.');
}
//# sourceMappingURL=address.js.map