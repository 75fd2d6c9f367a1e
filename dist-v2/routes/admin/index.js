import { proofs } from "../proof.js";
import { explain } from "./explain.js";
import * as schemas from "./schemas.js";
/** What is read of the sessions of everybody. Accounts and keys are for people alone. */
const forOperators = { role: 'admin', orScope: 'admin' };
const admin = async (app) => {
    app.get('/admin/stats', { config: { ...forOperators, ...proofs.adminStats }, schema: schemas.adminStats }, async () => ({ activeSessions: await app.sessions.countLive() }));
    app.get('/admin/sessions/:sessionId/explain', { config: { ...forOperators, ...proofs.explainSession }, schema: schemas.explainSession }, async ({ params: { sessionId } }) => explain(sessionId, await app.sessions.explain(sessionId)));
};
export default admin;
//# sourceMappingURL=index.js.map