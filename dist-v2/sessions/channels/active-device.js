import { alive } from "../alive.js";
import { encodeValues } from "../data/data.js";
import { serviceError } from "../errors.js";
import { MOST_CHANNELS } from "./channel.js";
/** Which device of a user does what only one does at a time. */
export function createActiveDevice(store, limits) {
    const shown = ({ state, ...channel }) => ({ ...channel, state: JSON.parse(state) });
    return {
        /**
         * Makes this session the holder, whoever is, in one step. `state` is kept as it is if it is absent; with `ifVersion` only if that is the version.
         * `notice`: id of the event that tells whoever held it until now, if it listens.
         * @throws ServiceError `version_conflict`, `too_many_channels`, `data_limit_exceeded`, `validation_failed` (a state that would not come back as it was sent)
         */
        async take(session, name, { state, ifVersion = null }) {
            const json = encodeValues([['state', state]], limits, () => '/state').get('state') ?? null;
            const taken = alive(await store.takeChannel(session.id, name, { state: json, ifVersion }));
            switch (taken.outcome) {
                case 'taken': return { ...shown(taken.channel), notice: taken.notice };
                case 'conflict': throw conflict(taken.version);
                case 'too-many-channels': throw serviceError('too_many_channels', `Sessions of this user hold ${MOST_CHANNELS} channels, which is as many as there may be. Nothing was changed.`, { extras: { max: MOST_CHANNELS } });
            }
        },
        async show(session, name) {
            return shown(alive(await store.readChannel(session.id, name)));
        },
        /** Lets go; the state stays. @throws ServiceError `not_the_holder` */
        async release(session, name) {
            if (!alive(await store.releaseChannel(session.id, name)))
                throw serviceError('not_the_holder', `This session does not hold the channel ${name}. Nothing was changed.`);
        }
    };
}
function conflict(version) {
    return serviceError('version_conflict', 'Someone else changed the channel since you read it. Read it again, then repeat your change with the new version.', { extras: { currentVersion: version } });
}
//# sourceMappingURL=active-device.js.map