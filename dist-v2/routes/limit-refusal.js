import { deviceTypes } from "../sessions/devices/device.js";
import { serviceError, ServiceError } from "../sessions/errors.js";
import { describeSession } from "./describe-session.js";
/** How many sessions a refusal shows. */
const MOST_SHOWN = 100;
/** Whoever may open sessions of the user, but no more of them, is told which there are, to end one of them. @throws that, or `error` if it is another one */
export async function refusal(app, userId, error) {
    if (!(error instanceof ServiceError && error.code === 'session_limit_reached'))
        throw error;
    const ofType = deviceTypes.find(type => type === error.extras.deviceType);
    const { sessions } = await app.sessions.list({ userId }, MOST_SHOWN, undefined, { deviceType: ofType });
    throw serviceError(error.code, error.message, { extras: { ...error.extras, sessions: sessions.map(session => describeSession(session, '')) } });
}
//# sourceMappingURL=limit-refusal.js.map