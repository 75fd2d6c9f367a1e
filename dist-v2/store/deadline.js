/**
 * The reply, or a rejection `ms` after the call.
 *
 * After the process stood still (a long garbage collection, a suspended machine) timers run before sockets are read. So a
 * late timer lets the event loop look at the sockets once more: a reply that lies there is in time. The client's own
 * command timeout does not do that.
 */
export function withDeadline(ms, reply) {
    return new Promise((resolve, reject) => {
        const giveUp = () => reject(new Error(`no reply within ${ms} ms`));
        const timer = setTimeout(() => setImmediate(giveUp), ms);
        reply.then(resolve, reject).finally(() => clearTimeout(timer));
    });
}
//# sourceMappingURL=deadline.js.map