import { serviceError } from "../sessions/errors.js";
import { beforeOf, isBehind } from "./revocation.js";
/** What is read in one go. */
export const LARGEST_PAGE = 1000;
/** So many pages a second are enough for everybody; what comes in between travels together. */
const SHORTEST_PAUSE_MS = 10;
/** A feed that is further behind has just begun, or is broken. */
const MOST_BEHIND_MS = 5000;
const PATIENCE_MS = 900;
const RETRY_MS = 50;
const MOST_READERS = 5000;
/**
 * The feed of ends for everybody who reads on this instance. One read of the log serves all who are at its end; who comes from further back reads until it is there, so
 * nobody misses any and nothing is kept for anybody.
 */
export function createRevocationFeed({ log, activate, beatMs = 250, idleMs = 60_000 }) {
    const followers = new Set();
    let deactivate;
    let isActive = false;
    let resting;
    let deactivating = Promise.resolve();
    let tail = null;
    let hurry = () => { };
    let isClosed = false;
    /** It costs nothing where nobody reads. */
    function use() {
        if (isClosed)
            throw serviceError('shutting_down', 'This instance stops. Go on at another one.', { headers: { 'retry-after': '1' } });
        if (!isActive)
            deactivate = activate(() => hurry());
        isActive = true;
        clearTimeout(resting);
        resting = setTimeout(rest, idleMs).unref();
    }
    function rest() {
        if (followers.size > 0)
            return use();
        isActive = false;
        deactivating = deactivate();
    }
    async function read(after, most) {
        const page = await log.read(after, most);
        if (page === null)
            throw await tooOld();
        return page;
    }
    async function tooOld() {
        const known = await log.read(null, 1).then(page => [page], () => []);
        const [position] = known.flatMap(({ revocations, position }) => [...revocations.map(first => beforeOf(first.position)), position]);
        return serviceError('position_too_old', 'What came behind that position is not known any more. Forget what you have of it and read from the beginning, without `after`; everything that is known comes behind `position`.', { extras: { position } });
    }
    /** A page that can be relied on: who has just begun to read waits until the feed is up. */
    async function readWhole(after, most) {
        use();
        const givenUpAt = performance.now() + PATIENCE_MS;
        for (;;) {
            const askedAt = performance.now();
            const page = await read(after, most);
            if (isWhole(page) && page.ageMs < MOST_BEHIND_MS)
                return page;
            const tookMs = performance.now() - askedAt;
            if (performance.now() + RETRY_MS + tookMs > givenUpAt)
                throw notUpToDate();
            await pause(RETRY_MS);
        }
    }
    function news() {
        return Promise.race([new Promise(resolve => { hurry = resolve; }), pause(beatMs)]);
    }
    const atTail = () => [...followers].filter(({ isAtTail }) => isAtTail);
    function startTail(position) {
        const own = { position, ended: Promise.resolve() };
        tail = own;
        own.ended = run(own);
    }
    /** Reads for all who are at the end, as long as there are any. */
    async function run(own) {
        for (let waited = Promise.resolve(); atTail().length > 0;) {
            await Promise.all([waited, pause(SHORTEST_PAUSE_MS)]);
            waited = news();
            const page = await log.read(own.position, LARGEST_PAGE).catch(() => undefined);
            if (page === null) {
                const error = await tooOld();
                for (const follower of atTail())
                    stop(follower, error);
            }
            else if (page !== undefined && isWhole(page)) {
                for (const follower of atTail())
                    hand(follower, page);
                own.position = page.position;
                if (page.isMore)
                    waited = Promise.resolve();
            }
            // Otherwise nothing is said: whoever is told nothing for a while knows that the feed is away.
        }
        tail = null;
    }
    /** What a reader that came from elsewhere has seen already is left out. */
    function hand(follower, page) {
        const { position } = follower;
        const [first] = page.revocations;
        const isNew = first === undefined || isBehind(first.position, position);
        if (isBehind(page.position, position))
            follower.position = page.position;
        try {
            return follower.take(isNew ? page : { ...page, revocations: page.revocations.filter(revocation => isBehind(revocation.position, position)) });
        }
        catch (error) {
            stop(follower, error);
        }
    }
    /** Reads on until it is where the tail is, and goes on with that. */
    async function catchUp(follower) {
        for (let isMore = true; followers.has(follower) && (isMore || isAhead(tail, follower));) {
            const page = await readWhole(follower.position, LARGEST_PAGE);
            await hand(follower, page);
            isMore = page.isMore;
        }
        if (!followers.has(follower))
            return;
        follower.isAtTail = true;
        if (tail === null)
            startTail(follower.position);
    }
    function stop(follower, error) {
        if (followers.delete(follower))
            follower.end(error);
    }
    /** Tells `reader` everything behind that page, until it is stopped. */
    function follow({ position }, reader) {
        if (followers.size >= MOST_READERS)
            throw serviceError('store_unavailable', `${MOST_READERS} read the feed at this instance already. Go to another one.`, { headers: { 'retry-after': '1' } });
        const follower = { ...reader, position, isAtTail: false };
        followers.add(follower);
        catchUp(follower).catch(error => stop(follower, error));
        return () => stop(follower);
    }
    /** The next page with something new, or in the end the last one without. */
    function next(known, waitMs, signal) {
        return new Promise((resolve, reject) => {
            let [latest, heardAt] = [known, performance.now()];
            const stopReading = follow(known, {
                take(page) {
                    [latest, heardAt] = [page, performance.now()];
                    if (page.revocations.length > 0)
                        stopReading();
                },
                end(error) {
                    clearTimeout(timer);
                    signal?.removeEventListener('abort', stopReading);
                    const ageMs = latest.ageMs + performance.now() - heardAt;
                    if (error !== undefined)
                        reject(error);
                    else if (ageMs > MOST_BEHIND_MS)
                        reject(notUpToDate());
                    else
                        resolve({ ...latest, ageMs });
                }
            });
            const timer = setTimeout(stopReading, waitMs);
            signal?.addEventListener('abort', stopReading);
        });
    }
    return {
        /**
         * What comes behind a position, or from null on all that may still matter. While there is nothing, it waits for at most so long, or until it is told to stop.
         * @throws ServiceError `position_too_old`, `store_unavailable`, `shutting_down`
         */
        async read(after, most = LARGEST_PAGE, waitMs = 0, signal) {
            const page = await readWhole(after, most);
            if (waitMs === 0 || page.revocations.length > 0 || signal?.aborted === true)
                return page;
            return shortened(await next(page, waitMs, signal), most);
        },
        /** The first page, and a way to be told all that comes behind it. @throws as `read` */
        async open(after) {
            const page = await readWhole(after, LARGEST_PAGE);
            return { page, follow: reader => follow(page, reader) };
        },
        readers: () => followers.size,
        /** Ends what everybody reads. */
        async close() {
            isClosed = true;
            clearTimeout(resting);
            for (const follower of [...followers])
                stop(follower);
            hurry();
            await tail?.ended;
            await (isActive ? deactivate() : deactivating);
        }
    };
}
function isWhole(page) {
    return page.ageMs !== null;
}
function notUpToDate() {
    return serviceError('store_unavailable', 'The feed of revocations is not up to date. Try again in a moment.', { headers: { 'retry-after': '1' } });
}
function isAhead(tail, { position }) {
    return tail !== null && isBehind(tail.position, position);
}
/** The first of a page. */
function shortened(page, most) {
    const revocations = page.revocations.slice(0, most);
    const last = revocations.at(-1);
    return last === undefined || page.revocations.length <= most ? page : { ...page, revocations, position: last.position, isMore: true };
}
function pause(ms) {
    return new Promise(resolve => { setTimeout(resolve, ms); });
}
//# sourceMappingURL=feed.js.map