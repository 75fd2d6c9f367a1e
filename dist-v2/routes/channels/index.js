import { sessionOf } from "../../plugins/guard.js";
import { timestamp } from "../schemas.js";
import * as schemas from "./schemas.js";
function activeAnswer(channel, { id }, { version, holder, sinceMs, state }) {
    return { channel, version, holder, current: holder === id, since: sinceMs === null ? null : timestamp(sinceMs), state };
}
function leasesAnswer(channel, { id }, { limit, leases }) {
    return { channel, limit, holders: leases.map(({ sessionId, untilMs }) => ({ sessionId, current: sessionId === id, until: timestamp(untilMs) })) };
}
const channels = async (app) => {
    const { activeDevice, leases } = app.sessions;
    app.put('/me/active/:channel', { config: { problems: ['version_conflict', 'too_many_channels', 'data_limit_exceeded'] }, schema: schemas.takeActive }, async (request) => {
        const session = sessionOf(request);
        // Whoever held it is told before whoever takes it is answered.
        const taken = await app.events.receipts.awaited(session.userId, () => activeDevice.take(session, request.params.channel, request.body));
        return activeAnswer(request.params.channel, session, taken);
    });
    app.get('/me/active/:channel', { schema: schemas.getActive }, async (request) => {
        const session = sessionOf(request);
        return activeAnswer(request.params.channel, session, await activeDevice.show(session, request.params.channel));
    });
    app.delete('/me/active/:channel', { config: { problems: ['not_the_holder'] }, schema: schemas.releaseActive }, async (request) => {
        await activeDevice.release(sessionOf(request), request.params.channel);
        return { message: 'Channel released' };
    });
    app.post('/me/leases/:channel', { config: { problems: ['channel_not_found', 'lease_limit_reached'] }, schema: schemas.takeLease }, async (request) => {
        const session = sessionOf(request);
        return leasesAnswer(request.params.channel, session, await leases.take(session, request.params.channel));
    });
    app.get('/me/leases/:channel', { config: { problems: ['channel_not_found'] }, schema: schemas.getLeases }, async (request) => {
        const session = sessionOf(request);
        return leasesAnswer(request.params.channel, session, await leases.show(session, request.params.channel));
    });
    app.delete('/me/leases/:channel', { config: { problems: ['channel_not_found', 'not_the_holder'] }, schema: schemas.releaseLease }, async (request) => {
        await leases.release(sessionOf(request), request.params.channel);
        return { message: 'Lease released' };
    });
};
export default channels;
//# sourceMappingURL=index.js.map