/**
 * Whether the password was proven at most that long before this use. By the store's clock alone: the use is known to one touch
 * interval, so a session may count as fresh for that much longer, never for less.
 */
export function isFresh({ authenticatedAtMs, lastAccessedAtMs }, maxAgeSeconds) {
    return lastAccessedAtMs - authenticatedAtMs <= maxAgeSeconds * 1000;
}
//# sourceMappingURL=freshness.js.map