import { alive } from "./alive.js";
import { createAmongAll } from "./among-all.js";
import { createActiveDevice } from "./channels/active-device.js";
import { createLeases } from "./channels/leases.js";
import { createCapture } from "./policies/capture.js";
import { serviceError } from "./errors.js";
import { createHistory } from "./history.js";
import { quotaOf } from "./policies/limits.js";
import { createMany } from "./many.js";
import { createOpening } from "./opening.js";
import { createSessionData } from "./data/session-data.js";
import { createUserData } from "./data/user-data.js";
import { createWhereabouts } from "./whereabouts.js";
/**
 * The session core: what a credential is worth, what a session holds, when it ends. Dead is `null` from `validate` and
 * `invalid_session` from everything that acts on a session; broken is `store_unavailable` from all of them.
 */
export function createSessionService(options) {
    const { store, credentials, limits, dataLimits, leases, cursorsOf } = options;
    const capture = createCapture(options.capture);
    return {
        ...createOpening({ ...options, capture }),
        ...createWhereabouts({ ...options, capture }),
        /**
         * The live session of a credential, or null for whatever is wrong with it. A forged one costs no store access. `strict` asks for
         * the verdict of this moment; if `isUse` is false, the session expires as if nobody had asked.
         */
        validate(text, strict, isUse) {
            const credential = credentials.parse(text);
            return credential === null ? null : store.validate(credential, strict, isUse);
        },
        /**
         * The successor of a credential that `validate` accepted: the same for everyone who asks with it, so nothing is written and
         * a lost answer is asked for again. The store advances when the successor is first used; then the predecessor has its grace, and
         * as long as that runs the successor is its own.
         */
        rotate: ({ rotation }, text) => rotation === 'done' ? text : alive(credentials.successor(text)).text,
        /** Lets this session stay unused for that long, once; says how much of it was granted before the absolute deadline. */
        async extend(session, seconds) {
            const { nowMs, times } = alive(await store.extend(session.id, seconds * 1000));
            return { grantedSeconds: Math.min(seconds, Math.ceil((times.extendedUntilMs - nowMs) / 1000)), times };
        },
        /** What a list shows of this session. */
        async describe(session) {
            return alive(await store.describe(session.id));
        },
        ...createMany(store, cursorsOf),
        ...createAmongAll(store, cursorsOf),
        /** How many live sessions the user has, and may have. */
        async quota(session) {
            return quotaOf(limits, await store.countOf(session.userId));
        },
        /** Names the device of one of the user's sessions. @throws ServiceError `session_not_found` for a dead, unknown or foreign id alike */
        async rename(session, id, deviceName) {
            if (!await store.rename(session.userId, id, deviceName))
                throw notFound();
        },
        /** Ends this session, by itself unless `cause` says otherwise. Ended already is ended. */
        async end(session, cause = { reason: 'logged_out', actor: session.id }) {
            await store.end(session.userId, session.id, cause);
        },
        /** Ends one of the user's sessions. @throws ServiceError `session_not_found` for a dead, unknown or foreign id alike */
        async endOne(session, id) {
            const reason = id === session.id ? 'logged_out' : 'ended_by_user';
            if (!await store.end(session.userId, id, { reason, actor: session.id }))
                throw notFound();
        },
        /** The live session with that public id, whoever's it is; null if there is none. Looking is no use of it. */
        find: (id) => store.describe(id),
        /** Ends all of a user's sessions, except `keepId`; resolves to how many. None answers from the first moment on. */
        endAll: (userId, keepId = null, cause) => store.endAll(userId, keepId, cause),
        /** Ends all sessions of everybody; resolves to how many there were. */
        async endEverybody() {
            // Nothing is put off for the sake of a number.
            const live = await store.countLive().catch(() => 0);
            await store.endEverybody();
            return live;
        },
        /**
         * Ends all other sessions of its user; resolves to how many. Of two that do this to each other one wins.
         * @throws ServiceError `invalid_session`, and nothing has changed, if it has ended meanwhile
         */
        async endOthers(session, reason = 'ended_all') {
            return alive(await store.endOthers(session.userId, session.id, { reason, actor: session.id }));
        },
        /** Erases what happened to the sessions of a user whose account goes, and what they shared. */
        eraseHistory: (userId) => store.eraseHistory(userId),
        ...createHistory(store, cursorsOf),
        ...createSessionData(store, dataLimits),
        /** What all sessions of a user share. */
        userData: createUserData(store, dataLimits),
        /** Which of them is active, in a channel of which one is. */
        activeDevice: createActiveDevice(store, dataLimits),
        /** Which of them have a place, in a channel that has so many. */
        leases: createLeases(store, leases),
        /** Live sessions of everybody. */
        countLive: () => store.countLive()
    };
}
function notFound() {
    return serviceError('session_not_found', 'You have no live session with this id. GET /sessions lists those that you have.');
}
//# sourceMappingURL=service.js.map