import { judgeBinding } from "./policies/binding.js";
import { bindingOf, deviceIn } from "./devices/surroundings.js";
/** From where sessions are used: the verbs of the session service that compare it and keep it. */
export function createWhereabouts({ store, deviceIds, capture }) {
    return {
        /**
         * Judges where a session is used by where it was opened, or the password last proven. A change is noted in the history, once; under `enforce` it
         * ends the session. Says what is asked of the request: nothing (`observe`), the password, or to go away.
         */
        async judgeBinding(session, from, modes) {
            const device = deviceOfUse(deviceIds, session, from);
            const binding = bindingOf(from.ipAddress, from.userAgent, device);
            const { changed: signals, mode } = judgeBinding(session.binding, binding, modes);
            if (signals.length === 0)
                return 'off';
            if (mode === 'enforce')
                await store.end(session.userId, session.id, { reason: 'binding_violated' });
            else
                await store.flag(session.id, { binding: capture.binding(from, device), signals, ipAddress: capture.origin(from).ipAddress, isAccepted: mode === 'observe' });
            return mode;
        },
        /**
         * Keeps where a session that was just validated is used from, if its use is written down and that is not what is kept. Nobody waits for it: a
         * note that is lost is made with the next use that is written down.
         */
        noteOrigin({ id, lastOrigin }, from) {
            const origin = capture.origin(from);
            if (lastOrigin === null || (origin.ipAddress === lastOrigin.ipAddress && origin.userAgent === lastOrigin.userAgent))
                return;
            store.noteOrigin(id, origin).catch(() => { });
        }
    };
}
/** The mark of the device on which a session is used. */
export function deviceOfUse(deviceIds, { userId, binding }, { deviceId }) {
    return deviceIds.markOfUse(userId, deviceIn(binding), deviceId);
}
//# sourceMappingURL=whereabouts.js.map