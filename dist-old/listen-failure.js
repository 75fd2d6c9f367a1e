/** What to throw when listening failed: of a port that is taken, what to do about it; anything else as it is. */
export function listenFailure(error, { variable, host, port }) {
    const isTaken = error instanceof Error && 'code' in error && error.code === 'EADDRINUSE';
    return isTaken ? new Error(`Port ${port} on ${host} is in use. Stop what listens there, or choose another one: ${variable}=${port + 1}`) : error;
}
//# sourceMappingURL=listen-failure.js.map