import ipaddr from 'ipaddr.js';
/** Bytes of an IPv6 address that name the network: whoever has one address of a /64 has all of them (RFC 4291 section 2.5.4). */
const NETWORK_BYTES = 8;
/** Who is behind an address, as far as it tells: IPv4 whole, also where it is mapped into IPv6; of IPv6 the first 64 bits, in hex. */
export function sourceOf(address) {
    const known = ipaddr.process(address);
    if (known.kind() === 'ipv4')
        return known.toString();
    return Buffer.from(known.toByteArray().slice(0, NETWORK_BYTES)).toString('hex');
}
//# sourceMappingURL=source.js.map