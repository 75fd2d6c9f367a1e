import { setTimeout as sleep } from 'node:timers/promises';
import { alive } from "./alive.js";
import { newAnonymousId, promote } from "./anonymous.js";
import { serviceError } from "./errors.js";
import { chosenLifetime } from "./policies/lifetimes.js";
import { openedSession } from "./session.js";
import { deviceOfUse } from "./whereabouts.js";
/**
 * How often it is tried to take the place of an anonymous session, and how long is waited at most (ms) behind the first time, twice as long behind each further one, at random. Of those who try at once
 * the last one succeeds, and once it has its place the others need no luck.
 */
const TRIES = 5;
const PAUSE_MS = 20;
/** How sessions begin: the verbs of the session service that issue a credential. */
export function createOpening({ store, dataLimits, credentials, deviceIds, lifetimes, limits, capture }) {
    async function create(issued, data, { rememberMe, lifetime, endSessionId, rotates = false, isGuarded = false, deviceId, deviceName, capabilities, anonymous: _anonymous, ...opening }) {
        const { userId, profile } = opening;
        const origin = capture.origin(opening);
        const binding = capture.binding(opening, deviceIds.markOf(userId, deviceId));
        const device = { idHashes: deviceId === undefined ? [] : deviceIds.hashes(userId, deviceId), name: deviceName, capabilities };
        const deviceType = capture.deviceType(opening.userAgent);
        const name = chosenLifetime(lifetimes, { rememberMe, lifetime });
        const { text, ...credential } = issued;
        const { max, policy, byDeviceType } = limits;
        const maxOfType = byDeviceType.get(deviceType) ?? null;
        const { sinceEndAllMs, goodForMs: _goodForMs, ...times } = await store.create({
            ...opening,
            ...origin,
            binding,
            device,
            deviceType,
            lifetime: name,
            ...lifetimes.get(name),
            credential,
            data,
            limits: { max, maxOfType, policy: isGuarded ? 'deny' : policy },
            endId: endSessionId ?? null,
            rotates,
            isGuarded
        });
        return { opened: { credential: text, session: openedSession(credential.id, { userId, profile, binding }, times) }, sinceEndAllMs };
    }
    /** By `start`, with the credential that it is given; in the place of the anonymous session if there is one. Null if `start` says so. What each try has opened is ended again if others come before it; whom that has evicted stays so. @throws ServiceError `login_busy` */
    async function open({ userId, anonymous }, start) {
        const credential = anonymous === undefined ? null : credentials.parse(anonymous.credential);
        if (anonymous === undefined || credential === null)
            return start(credentials.open(userId), new Map());
        for (let i = 0; i < TRIES; i++) {
            if (i > 0)
                await sleep(PAUSE_MS * 2 ** (i - 1) * Math.random());
            const issued = credentials.open(userId);
            const opened = await promote({ store, dataLimits }, { ...anonymous, credential }, { id: issued.id, userId }, data => start(issued, data));
            if (opened !== 'displaced')
                return opened;
        }
        throw serviceError('login_busy', 'Other logins are taking the place of the same anonymous session, again and again. Try again in a moment.');
    }
    return {
        /** Starts a session; the credential is in the answer and nowhere else. @throws ServiceError `session_limit_reached`, `login_busy` if others take the place of the same anonymous session */
        async open(opening) {
            return open(opening, async (issued, data) => (await create(issued, data, opening)).opened);
        },
        /** Whether a login has taken the place of this anonymous session within the last minute. */
        async wasTaken(text) {
            const credential = credentials.parse(text);
            return credential !== null && store.isTaken(credential);
        },
        /** Starts a session of somebody who has not logged in. */
        async openAnonymous(opening) {
            return this.open({ ...opening, userId: newAnonymousId(), profile: { email: '', name: '', roles: [] } });
        },
        /**
         * Starts a session on the strength of what was read of the account at `readAtMs` (performance.now()), or null if all
         * of the user's sessions were ended since: whoever ended them may have changed the account first, so it has to be read again.
         * @throws ServiceError `session_limit_reached`, `login_busy` if others take the place of the same anonymous session
         */
        openUnlessEndedSince: (readAtMs, opening) => open(opening, async (issued, data) => {
            const { opened, sinceEndAllMs } = await create(issued, data, opening);
            // The store counts whole milliseconds, so its difference may be one too long. The reply took time to arrive, so this errs on the side of asking again.
            if (sinceEndAllMs === null || sinceEndAllMs - 1 > performance.now() - readAtMs)
                return opened;
            await store.end(opening.userId, opened.session.id, { reason: 'ended_all' });
            return null;
        }),
        /**
         * Security rotation, after the password was proven: a new session with another id in the place of this one, with its data and
         * deadlines. The old credential is worth nothing at once, in every generation, and never leads to the new one.
         */
        async replace(session, from) {
            const { text, ...successor } = credentials.open(session.userId);
            const binding = capture.binding(from, deviceOfUse(deviceIds, session, from));
            const { times, lifetime } = alive(await store.replace(session.id, successor, binding, capture.origin(from)));
            return { credential: text, session: { ...session, id: successor.id, times, rotation: 'possible', binding, lastOrigin: null }, lifetime };
        }
    };
}
//# sourceMappingURL=opening.js.map