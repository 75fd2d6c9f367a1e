import { Socket } from 'node:net';
import pg from 'pg';
import { databaseError, outline } from "./database-error.js";
const silent = () => { };
/**
 * A pool of at most 10 connections made for an authentication path: nothing waits longer than `timeoutMs`, and a
 * connection whose query did not come back is thrown away, so a frozen server is noticed and forgotten.
 */
export function createUserDatabase(connectionString, { timeoutMs = 700, onError = silent } = {}) {
    const sockets = new Set();
    const pool = new pg.Pool({
        connectionString,
        max: 10,
        connectionTimeoutMillis: Math.min(500, timeoutMs),
        query_timeout: timeoutMs,
        keepAlive: true,
        stream: () => tracked(sockets)
    });
    pool.on('error', error => onError(outline(error)));
    return {
        /**
         * Runs one parameterised statement.
         * @throws ServiceError `users_unavailable` within `timeoutMs`
         */
        async query(text, values = []) {
            try {
                const { rows } = await within(timeoutMs, pool.query(text, values));
                return rows;
            }
            catch (failure) {
                throw databaseError(failure);
            }
        },
        /** Closes politely, and after `timeoutMs` anyway: a frozen server cannot hold up a stop. */
        async close() {
            const closed = [...sockets].map(socket => new Promise(resolve => socket.once('close', resolve)));
            await within(timeoutMs, Promise.all([pool.end(), ...closed])).catch(silent);
            for (const socket of sockets)
                socket.destroy();
        }
    };
}
function tracked(sockets) {
    const socket = new Socket();
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
    return socket;
}
/** The driver's own limits add up (wait for a connection, then for the reply); this one covers both. */
function within(ms, work) {
    let timer;
    const late = new Promise((_resolve, reject) => {
        timer = setTimeout(() => reject(new Error(`PostgreSQL did not answer within ${ms} ms`)), ms);
    });
    return Promise.race([work, late]).finally(() => clearTimeout(timer));
}
//# sourceMappingURL=database.js.map