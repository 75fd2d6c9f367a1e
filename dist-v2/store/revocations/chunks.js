/** A list in parts of that size. */
export function chunks(all, size) {
    return Array.from({ length: Math.ceil(all.length / size) }, (_, i) => all.slice(i * size, (i + 1) * size));
}
//# sourceMappingURL=chunks.js.map