import fp from 'fastify-plugin';
import { createTurn } from "./turn.js";
/** All requests of one turn of the event loop go through the service in step (turn.ts): here when they have come, and when their answers are ready. */
export default fp(async (app) => {
    const [come, ready] = [createTurn(), createTurn()];
    app.addHook('onRequest', (_request, _reply, done) => come(done));
    app.addHook('onSend', (_request, _reply, _payload, done) => ready(done));
}, { name: 'turns' });
//# sourceMappingURL=turns.js.map