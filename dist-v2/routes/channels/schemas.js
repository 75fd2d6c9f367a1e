import { Type } from '@sinclair/typebox';
import { CHANNEL_PATTERN } from "../../sessions/channels/channel.js";
import { exampleId } from "../examples.js";
import { Closed, SessionIdSchema, Timestamp } from "../schemas.js";
const ChannelSchema = Type.String({ pattern: CHANNEL_PATTERN, description: 'What devices do one at a time, or a few at once, in a word of your own.', examples: ['playback'] });
const LimitedChannelSchema = Type.String({ pattern: CHANNEL_PATTERN, description: 'A channel that CHANNEL_LIMITS names.', examples: ['streams'] });
const VersionSchema = Type.Integer({ minimum: 0, description: 'Of the channel: every change moves it, and none comes again; 0 if nothing was ever there.', examples: [1704067200000000] });
const StateSchema = Type.Unknown({ description: 'Any JSON value, by default at most 4 KiB as JSON, such as what is played and at which position.', examples: [{ track: 'track-9', positionMs: 92_000 }] });
const TakeBodySchema = Closed({
    state: Type.Optional(StateSchema),
    ifVersion: Type.Optional(VersionSchema)
}, { examples: [{ state: { track: 'track-9', positionMs: 92_000 } }] });
const exampleActive = { channel: 'playback', version: 1704067200000000, holder: exampleId, current: true, since: '1704067200000', state: { track: 'track-9', positionMs: 92_000 } };
const ActiveAnswerSchema = Type.Object({
    channel: ChannelSchema,
    version: VersionSchema,
    holder: Type.Union([SessionIdSchema, Type.Null()], { description: 'The public id of the session that is active, or `null` if none is, or that one has ended.' }),
    current: Type.Boolean({ description: 'Whether it is the session of this request.' }),
    since: Type.Union([Timestamp('Since when it is.'), Type.Null()], { description: 'Since when it is; `null` if none is.' }),
    state: StateSchema
}, { description: 'The channel', examples: [exampleActive] });
const ReleasedAnswerSchema = Type.Object({ message: Type.Literal('Channel released') }, { description: 'Released', examples: [{ message: 'Channel released' }] });
const LeasesAnswerSchema = Type.Object({
    channel: LimitedChannelSchema,
    limit: Type.Integer({ description: 'How many sessions may have a place at once.', examples: [3] }),
    holders: Type.Array(Type.Object({
        sessionId: SessionIdSchema,
        current: Type.Boolean({ description: 'Whether it is the session of this request.' }),
        until: Timestamp('When its place is free again unless it renews the lease.')
    }), { description: 'The sessions that have one.' })
}, { description: 'Who has a place', examples: [{ channel: 'streams', limit: 3, holders: [{ sessionId: exampleId, current: true, until: '1704067260000' }] }] });
const LeaseReleasedAnswerSchema = Type.Object({ message: Type.Literal('Lease released') }, { description: 'Given back', examples: [{ message: 'Lease released' }] });
const tags = ['Shared by my devices'];
const params = Type.Object({ channel: ChannelSchema });
const limitedParams = Type.Object({ channel: LimitedChannelSchema });
export const takeActive = {
    tags,
    operationId: 'takeActive',
    summary: 'Be the active device',
    description: 'Takes over from whichever session is active, in one step: of any number at once one is left. Without `state` it stays as it is; with `ifVersion` nothing happens unless that is still the version (412). A device that reports its progress sends `ifVersion`, or it takes back what another has just taken over.',
    params,
    body: TakeBodySchema,
    response: { 200: ActiveAnswerSchema }
};
export const getActive = {
    tags,
    operationId: 'getActive',
    summary: 'Which device is active',
    description: 'And what it last said of its state. When that session ends, by whatever cause, no device is active and the state is still shown, until the session would have ended at the latest.',
    params,
    response: { 200: ActiveAnswerSchema }
};
export const releaseActive = {
    tags,
    operationId: 'releaseActive',
    summary: 'Stop being the active device',
    description: 'The state stays. A session that is not active is 409, and nothing is changed.',
    params,
    response: { 200: ReleasedAnswerSchema }
};
export const takeLease = {
    tags,
    operationId: 'takeLease',
    summary: 'Take one of so many places',
    description: 'Or renew the lease of the one that this session has: it ends after LEASE_SECONDS, by default a minute, and with its session. If all are taken the answer is 409 with those who have them; the limit is exact, however many come at once.',
    params: limitedParams,
    response: { 200: LeasesAnswerSchema }
};
export const getLeases = {
    tags,
    operationId: 'getLeases',
    summary: 'Who has a place',
    description: 'The sessions of the user that have a lease now.',
    params: limitedParams,
    response: { 200: LeasesAnswerSchema }
};
export const releaseLease = {
    tags,
    operationId: 'releaseLease',
    summary: 'Give a place back',
    description: 'It is free at once. A session without one is 409, and nothing is changed.',
    params: limitedParams,
    response: { 200: LeaseReleasedAnswerSchema }
};
//# sourceMappingURL=schemas.js.map