/** Why a socket is closed (RFC 6455 section 7.4; from 4000 on the service's own). */
export const closeCodes = {
    unlawful: 1002,
    binary: 1003,
    malformed: 1007,
    fragmented: 1008,
    tooLarge: 1009,
    restart: 1012,
    sessionEnded: 4401,
    silent: 4408,
    credentialReplaced: 4409,
    tooSlow: 4413,
    tooMany: 4429
};
//# sourceMappingURL=close-codes.js.map