import { mastersOf } from "./scripts.js";
export const warningTexts = {
    redis_eviction_policy: 'Redis may evict live sessions under memory pressure: set maxmemory-policy noeviction.',
    redis_no_persistence: 'Redis keeps no append-only file: a restart loses sessions and forgets log-outs. Set appendonly yes.',
    redis_read_only: 'Redis is a replica and takes no writes: point REDIS_URL at the master.',
    redis_unpacked_records: 'Redis takes more than twice the memory for a session: set hash-max-listpack-entries and zset-max-listpack-entries to 128, hash-max-listpack-value and zset-max-listpack-value to 64, or more.'
};
/** Asks each master (INFO: allowed where CONFIG is not), and one of them how it keeps what is written. */
export async function preflight(client, keys) {
    const [packs, ...infos] = await Promise.all([
        // One that takes no writes now does not tell.
        client.storePacking(keys.packingProbe).catch(() => 1),
        ...mastersOf(client).map(master => master.info())
    ]);
    const found = infos.flatMap(info => warningsOf(info));
    return [...new Set([...found, ...packs === 1 ? [] : ['redis_unpacked_records']])];
}
function warningsOf(info) {
    const warnings = [];
    if (!/^maxmemory_policy:noeviction/m.test(info))
        warnings.push('redis_eviction_policy');
    if (/^aof_enabled:0/m.test(info))
        warnings.push('redis_no_persistence');
    if (/^role:slave/m.test(info))
        warnings.push('redis_read_only');
    return warnings;
}
//# sourceMappingURL=preflight.js.map