import { availableParallelism } from 'node:os';
import { Piscina } from 'piscina';
import { serviceError } from "../../sessions/errors.js";
import { createTurns, letsAllIn } from "./turns.js";
import { workerThread } from "./worker-thread.js";
/**
 * Passwords in worker threads behind a bounded queue: the event loop never hashes.
 * The threads start at once; `close` ends them.
 */
export function createPasswordHasher(options = {}) {
    const { cost = 12, threads = availableParallelism(), queueLimit = 128, longestWaitMs = () => Infinity } = options;
    const thread = workerThread(import.meta.url);
    const pool = new Piscina({ ...thread.options, name: 'verifyLevelled', minThreads: threads, maxThreads: threads });
    // While the threads are at work the next one is looked up and counted: a tenth more logins from the same cores.
    const turn = createTurns({ places: threads, ahead: 1, queueLimit });
    /**
     * What `prepare` asks for is asked while the turn is waited for, or when there is none to wait for and `admission` lets in, and not at all where too many
     * wait: nobody fills the database with logins in vain.
     */
    async function run(name, prepare, { beforeWait, beforeWork } = letsAllIn, knownAs) {
        let prepared;
        const result = await new Promise((resolve, reject) => {
            const admission = {
                beforeWait,
                async beforeWork() {
                    await prepared;
                    return beforeWork();
                }
            };
            turn(async () => pool.run(await (prepared ?? prepare()), { name }), longestWaitMs(), knownAs, admission, isWaiting => {
                if (!isWaiting)
                    return;
                prepared = prepare();
                // Told at once: there is nothing to wait for any more.
                prepared.catch(reject);
            }).then(resolve, reject);
        });
        if (result === null)
            throw serviceError('login_busy', 'Too many logins are waiting. Try again in a moment.');
        return result;
    }
    return {
        /** The stored form of a password; `knownAs` as below. @throws ServiceError `login_busy` */
        hash: (password, atCost = cost, knownAs) => run('hashPassword', async () => ({ password, cost: atCost }), undefined, knownAs),
        /**
         * Whether the password matches what `lookUp` finds, in one turn of one thread. Refusals are the same amount of work whether the
         * stored hash is `null`, of another password or of a lower cost than `levelCost` (see levelling.ts).
         * `admission` is asked before it waits, and when its turn has come; `knownAs` is who waits among the known devices (turns.ts).
         * @throws ServiceError `login_busy`, and what `lookUp` and `admission` throw
         */
        verify(password, lookUp, admission, knownAs) {
            return run('verifyLevelled', async () => {
                const { storedHash, levelCost } = await lookUp();
                return { password, storedHash, levelCost: levelCost ?? cost };
            }, admission, knownAs);
        },
        async close() {
            await pool.destroy();
            thread.remove();
        }
    };
}
//# sourceMappingURL=hasher.js.map