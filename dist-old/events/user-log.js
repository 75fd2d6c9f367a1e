export function isAlive(verdict) {
    return 'nowMs' in verdict;
}
/** Whether a credential of that generation opens nothing any more: neither the newest one nor, in its grace, the one before. */
export function isOutdated(generation, { generation: newest, graceEndMs, nowMs }) {
    return generation < newest - 1 || (generation < newest && nowMs >= graceEndMs);
}
//# sourceMappingURL=user-log.js.map