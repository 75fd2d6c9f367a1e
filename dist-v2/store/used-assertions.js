import { createCall } from "./call.js";
/** UsedAssertions over Redis: each in a slot of its own, one command. */
export function createUsedAssertions(options) {
    const { client, keys } = options;
    const { call } = createCall(options);
    return {
        note: async (digest, forMs) => await call(() => client.set(keys.clientAssertion(digest), '1', 'PX', forMs, 'NX')) !== null
    };
}
//# sourceMappingURL=used-assertions.js.map