/** TicketStore over Redis: each in a slot of its own, each verb one command. */
export function createTicketStore({ client, keys }, call) {
    return {
        async put(digest, { id, generation, binding, userId }, forMs) {
            await call(() => client.set(keys.eventTicket(digest), `${id} ${generation} ${binding} ${userId}`, 'PX', forMs));
        },
        async find(digest) {
            const kept = await call(() => client.get(keys.eventTicket(digest)));
            const [, id = '', generation, binding = '', userId = ''] = /^(\S+) (\d+) (\S*) (.*)$/s.exec(kept ?? '') ?? [];
            return id === '' ? null : { id, generation: Number(generation), binding, userId };
        },
        async take(digest) {
            return await call(() => client.del(keys.eventTicket(digest))) === 1;
        }
    };
}
//# sourceMappingURL=tickets.js.map