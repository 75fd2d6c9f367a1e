import guard from "../plugins/guard.js";
import activity from "./activity/index.js";
import { EventSchema } from "./activity/schemas.js";
import admin from "./admin/index.js";
import adminUsers from "./admin/users/index.js";
import events from "./events/index.js";
import anonymousSession from "./anonymous-session/index.js";
import documented from "./documented.js";
import adminCallers from "./admin/callers/index.js";
import health from "./health/index.js";
import introspect from "./introspect/index.js";
import login from "./login/index.js";
import me from "./me/index.js";
import { shared } from "./schemas.js";
import sessionData from "./session-data/index.js";
import revocations from "./revocations/index.js";
import session from "./session/index.js";
import sessions from "./sessions/index.js";
import { EndedSchema } from "./sessions/schemas.js";
import tokens from "./tokens/index.js";
import channels from "./channels/index.js";
import userData from "./user-data/index.js";
import userSessions from "./user-sessions/index.js";
import verify from "./verify/index.js";
import wellKnown from "./well-known/index.js";
/** Every route of the API. Inside this scope each is guarded unless it declares itself public. */
const routes = async (app) => {
    for (const schema of [...shared, EndedSchema, EventSchema])
        app.addSchema(schema);
    await app.register(guard);
    await app.register(documented);
    for (const resource of [login, anonymousSession, me, session, events, sessionData, userData, channels, sessions, activity, verify, introspect, userSessions, tokens, revocations, wellKnown, admin, adminUsers, adminCallers, health])
        await app.register(resource);
};
export default routes;
//# sourceMappingURL=index.js.map