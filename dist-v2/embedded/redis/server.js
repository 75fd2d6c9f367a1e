import { connect } from 'node:net';
import { symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { endOrphan } from "../orphan.js";
import { leash } from "../leash.js";
import { makeOwnFolder } from "../own-folder.js";
import { redisSocket } from "../runtime-folder.js";
import { requireRedis } from "./install.js";
import { supervise } from "../supervisor.js";
const STOP_SIGNAL = 'SIGTERM';
/** Starts the private Redis on `<dataDir>/redis`, reachable through its Unix socket alone. Throws RedisMissingError, ForeignFolderError. */
export async function startRedis(options) {
    const { dataDir, runtimeFolder, env, mayInstall, log } = options;
    const folder = join(dataDir, 'redis');
    const socket = redisSocket(runtimeFolder);
    const orphan = redisOrphan(dataDir);
    makeOwnFolder(folder);
    const binary = requireRedis({ env, mayInstall, log });
    await endOrphan(orphan, log);
    const program = join(runtimeFolder, 'redis-server');
    // Debian's redis-tools has the server as redis-check-rdb, and it goes by its name; setpriv cannot pass another one.
    symlinkSync(binary.path, program);
    return supervise({
        name: 'Redis',
        command: [...leash(STOP_SIGNAL, env), program, ...settings({ folder, socket, pidFile: orphan.pidFile, durable: options.durable })],
        env: { PATH: env.PATH },
        logFile: join(dataDir, 'redis.log'),
        stopSignal: STOP_SIGNAL,
        isReady: () => answersPing(socket)
    }, log);
}
/** What an earlier start may have left running on a data folder. */
export function redisOrphan(dataDir) {
    const folder = join(dataDir, 'redis');
    return { name: 'Redis', pidFile: join(folder, 'redis.pid'), folder, stopSignal: STOP_SIGNAL };
}
function settings({ folder, socket, pidFile, durable }) {
    return Object.entries({
        '--port': '0',
        '--unixsocket': socket,
        '--unixsocketperm': '700',
        '--dir': folder,
        '--pidfile': pidFile,
        // The command line has to keep naming the folder: orphan.ts knows the server by it.
        '--set-proc-title': 'no',
        '--appendonly': durable ? 'yes' : 'no',
        // A crash may cut the last entry off; what stands before it is loaded.
        '--aof-load-truncated': 'yes',
        '--save': '',
        '--maxmemory-policy': 'noeviction',
        // A record is one listpack, and so is the index of a user with few sessions (src/store/keys.ts).
        '--hash-max-listpack-entries': '128',
        '--hash-max-listpack-value': '64',
        '--zset-max-listpack-entries': '128',
        '--zset-max-listpack-value': '64',
        '--loglevel': 'warning'
    }).flat();
}
/** Whether the server serves: while it loads its data it refuses PING. */
function answersPing(socket) {
    return new Promise((resolve) => {
        const link = connect(socket, () => { link.write('PING\r\n'); });
        link.setTimeout(1000, () => link.destroy());
        link.once('data', (reply) => {
            resolve(reply.toString().startsWith('+PONG'));
            link.destroy();
        });
        link.once('error', () => resolve(false));
        link.once('close', () => resolve(false));
    });
}
//# sourceMappingURL=server.js.map