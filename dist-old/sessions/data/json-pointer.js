/** One step of a JSON pointer (RFC 6901): a slash and the name, escaped. */
export function pointerTo(name) {
    return `/${name.replaceAll('~', '~0').replaceAll('/', '~1')}`;
}
//# sourceMappingURL=json-pointer.js.map