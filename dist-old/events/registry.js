import { slotOf } from "../sessions/credential.js";
import { hexOf } from "./listener.js";
/** Everybody who listens on this instance, by user and session. */
export function createRegistry() {
    const users = new Map();
    const slots = new Map();
    function userOf({ userId, id }) {
        const known = users.get(userId);
        if (known !== undefined)
            return known;
        const user = { userId, sessions: new Map(), newest: 0, dueAtMs: Infinity, renewAtMs: 0 };
        users.set(userId, user);
        const slot = slotOf(id);
        slots.set(slot, (slots.get(slot) ?? new Set()).add(user));
        return user;
    }
    return {
        all: () => users.values(),
        isEmpty: () => users.size === 0,
        user: (userId) => users.get(userId),
        inSlot: (slot) => slots.get(slot) ?? [],
        /** How many connections a user and one of its sessions have. */
        countOf({ userId, id }) {
            const sessions = users.get(userId)?.sessions ?? new Map();
            return { ofUser: sizeOf(sessions.values()), ofSession: sessions.get(id)?.listeners.size ?? 0 };
        },
        size: () => [...users.values()].reduce((sum, { sessions }) => sum + sizeOf(sessions.values()), 0),
        add(holder, listener, seat) {
            const [{ id }, user] = [holder, userOf(holder)];
            const session = user.sessions.get(id) ?? { id, hex: hexOf(id), listeners: new Map(), lifespan: null, judgedAtMs: 0, usedAtMs: -Infinity };
            if (session.listeners.size === 0)
                user.renewAtMs = 0;
            user.sessions.set(id, session);
            session.listeners.set(listener, seat);
            return { user, session };
        },
        /** Says whether it was the last one of that session. */
        remove(user, session, listener) {
            if (!session.listeners.delete(listener) || session.listeners.size > 0)
                return false;
            user.sessions.delete(session.id);
            if (user.sessions.size > 0)
                return true;
            users.delete(user.userId);
            const slot = slotOf(session.id);
            slots.get(slot)?.delete(user);
            if (slots.get(slot)?.size === 0)
                slots.delete(slot);
            return true;
        }
    };
}
function sizeOf(sessions) {
    let size = 0;
    for (const { listeners } of sessions)
        size += listeners.size;
    return size;
}
//# sourceMappingURL=registry.js.map