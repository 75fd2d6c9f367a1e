export const CALLER_NAME_PATTERN = '^[a-z][a-z0-9-]{0,62}$';
/** As of data keys themselves (docs/data.md). */
export const DATA_PREFIX_PATTERN = '^[!-~]{0,64}$';
//# sourceMappingURL=caller.js.map