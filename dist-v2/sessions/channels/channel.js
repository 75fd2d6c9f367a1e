/** Names of channels: what devices of a user do one at a time, or a few at once. */
export const CHANNEL_PATTERN = '^[a-z][a-z0-9-]{0,31}$';
/** Channels of a user that a session holds at the same time, at most. */
export const MOST_CHANNELS = 16;
//# sourceMappingURL=channel.js.map