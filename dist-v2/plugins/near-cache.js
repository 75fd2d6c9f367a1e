import { createNearCache } from "../near-cache/near-cache.js";
/** The store behind the near-cache, unless NEAR_CACHE_MS is 0: then the store itself. */
export function nearCached(app, store, config) {
    app.decorate('nearCache', null);
    if (config.NEAR_CACHE_MS === 0)
        return store;
    const changes = app.changes();
    const nearCache = createNearCache({ store, changes, lifeMs: config.NEAR_CACHE_MS, entries: config.NEAR_CACHE_ENTRIES, bytes: config.NEAR_CACHE_BYTES });
    app.everybody.listen(nearCache.clear);
    app.nearCache = { size: nearCache.size, isProven: () => changes.isProven(), lifeMs: config.NEAR_CACHE_MS };
    return nearCache.store;
}
//# sourceMappingURL=near-cache.js.map