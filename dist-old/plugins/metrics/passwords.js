import { Gauge } from 'prom-client';
/** The same hasher, of which one sees how much it has to do. What is asked for and not running waits. */
export function measurePasswords(registry, passwords, threads) {
    let asked = 0;
    function gauge(name, help, now) {
        const series = new Gauge({ name, help, registers: [registry], collect: () => series.set(now()) });
    }
    function counted(work) {
        asked++;
        return work.finally(() => { asked--; });
    }
    gauge('session_service_hashes_running', 'Passwords that are being hashed; HASH_THREADS is the most.', () => Math.min(asked, threads));
    gauge('session_service_hash_queue_length', 'Passwords that wait for a hashing thread, or for others of their account or address; HASH_QUEUE_LIMIT of either is the most, and as many again from known devices.', () => Math.max(0, asked - threads));
    return {
        ...passwords,
        hash: (...wanted) => counted(passwords.hash(...wanted)),
        verify: (...attempt) => counted(passwords.verify(...attempt))
    };
}
//# sourceMappingURL=passwords.js.map