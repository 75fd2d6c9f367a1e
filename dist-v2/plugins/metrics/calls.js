import { Counter, Histogram } from 'prom-client';
/** A healthy call takes a few milliseconds; after 0.9 s at the latest it has failed. */
const buckets = [0.0005, 0.001, 0.0025, 0.01, 0.05, 0.25, 1];
/** What measures the store that asks Redis, by verb: around the store, and around its calls that validate, each of which is about several credentials. */
export function redisTimings(registry) {
    const durations = new Histogram({
        name: 'session_service_redis_call_duration_seconds',
        help: 'Time until Redis had answered what the session store asked, by verb of the store; a call that validates is about all credentials of one turn. Failures are not in it.',
        labelNames: ['verb'],
        buckets,
        registers: [registry]
    });
    const failures = new Counter({
        name: 'session_service_redis_call_failures_total',
        help: 'What the session store asked and Redis refused or did not answer in time, by verb of the store.',
        labelNames: ['verb'],
        registers: [registry]
    });
    function timingOf(verb) {
        const [duration, failure] = [durations.labels(verb), failures.labels(verb)];
        failure.inc(0);
        return timing(seconds => duration.observe(seconds), () => failure.inc());
    }
    const time = {
        create: timingOf('create'),
        extend: timingOf('extend'),
        rename: timingOf('rename'),
        replace: timingOf('replace'),
        flag: timingOf('flag'),
        noteOrigin: timingOf('noteOrigin'),
        end: timingOf('end'),
        endAll: timingOf('endAll'),
        endOthers: timingOf('endOthers'),
        endEverybody: timingOf('endEverybody'),
        list: timingOf('list'),
        someUsers: timingOf('someUsers'),
        countOf: timingOf('countOf'),
        describe: timingOf('describe'),
        readData: timingOf('readData'),
        writeData: timingOf('writeData'),
        claim: timingOf('claim'),
        promote: timingOf('promote'),
        unclaim: timingOf('unclaim'),
        isTaken: timingOf('isTaken'),
        readUserData: timingOf('readUserData'),
        writeUserData: timingOf('writeUserData'),
        takeChannel: timingOf('takeChannel'),
        readChannel: timingOf('readChannel'),
        releaseChannel: timingOf('releaseChannel'),
        takeLease: timingOf('takeLease'),
        readLeases: timingOf('readLeases'),
        releaseLease: timingOf('releaseLease'),
        activity: timingOf('activity'),
        listEnded: timingOf('listEnded'),
        eraseHistory: timingOf('eraseHistory'),
        explain: timingOf('explain'),
        countLive: timingOf('countLive'),
        probe: timingOf('probe')
    };
    // Every verb by name, so that a new one that is forgotten here does not compile.
    const around = (store) => ({
        create: session => time.create(() => store.create(session)),
        validate: store.validate,
        extend: (id, ms) => time.extend(() => store.extend(id, ms)),
        rename: (userId, id, deviceName) => time.rename(() => store.rename(userId, id, deviceName)),
        replace: (id, ...change) => time.replace(() => store.replace(id, ...change)),
        flag: (id, change) => time.flag(() => store.flag(id, change)),
        noteOrigin: (id, origin) => time.noteOrigin(() => store.noteOrigin(id, origin)),
        end: (userId, id, cause) => time.end(() => store.end(userId, id, cause)),
        endAll: (userId, keepId, cause) => time.endAll(() => store.endAll(userId, keepId, cause)),
        endOthers: (userId, id, cause) => time.endOthers(() => store.endOthers(userId, id, cause)),
        endEverybody: () => time.endEverybody(() => store.endEverybody()),
        list: (userId, page) => time.list(() => store.list(userId, page)),
        someUsers: place => time.someUsers(() => store.someUsers(place)),
        countOf: userId => time.countOf(() => store.countOf(userId)),
        describe: id => time.describe(() => store.describe(id)),
        readData: (id, key) => time.readData(() => store.readData(id, key)),
        writeData: (id, change) => time.writeData(() => store.writeData(id, change)),
        claim: (credential, successor) => time.claim(() => store.claim(credential, successor)),
        promote: (id, successor) => time.promote(() => store.promote(id, successor)),
        unclaim: (id, ...claim) => time.unclaim(() => store.unclaim(id, ...claim)),
        isTaken: credential => time.isTaken(() => store.isTaken(credential)),
        readUserData: (id, key) => time.readUserData(() => store.readUserData(id, key)),
        writeUserData: (id, change) => time.writeUserData(() => store.writeUserData(id, change)),
        takeChannel: (id, name, change) => time.takeChannel(() => store.takeChannel(id, name, change)),
        readChannel: (id, name) => time.readChannel(() => store.readChannel(id, name)),
        releaseChannel: (id, name) => time.releaseChannel(() => store.releaseChannel(id, name)),
        takeLease: (id, name, rules) => time.takeLease(() => store.takeLease(id, name, rules)),
        readLeases: (id, name) => time.readLeases(() => store.readLeases(id, name)),
        releaseLease: (id, name) => time.releaseLease(() => store.releaseLease(id, name)),
        activity: (userId, sessionId) => time.activity(() => store.activity(userId, sessionId)),
        listEnded: userId => time.listEnded(() => store.listEnded(userId)),
        eraseHistory: userId => time.eraseHistory(() => store.eraseHistory(userId)),
        explain: id => time.explain(() => store.explain(id)),
        countLive: () => time.countLive(() => store.countLive()),
        probe: () => time.probe(() => store.probe()),
        assertAvailable: store.assertAvailable
    });
    return { store: around, validations: timingOf('validate') };
}
/** The database of users, timed. Statements are not told apart: their texts are no label. */
export function measurePostgres(registry, database) {
    const durations = new Histogram({
        name: 'session_service_postgres_query_duration_seconds',
        help: 'Time until PostgreSQL had answered, the wait for a connection included. Failures are not in it.',
        buckets,
        registers: [registry]
    });
    const failures = new Counter({
        name: 'session_service_postgres_query_failures_total',
        help: 'Queries that PostgreSQL refused or did not answer in time.',
        registers: [registry]
    });
    const time = timing(seconds => durations.observe(seconds), () => failures.inc());
    return {
        ...database,
        query: (text, values) => time(() => database.query(text, values))
    };
}
/** Answers are timed and failures counted apart: a refusal at once would pass for a fast answer. */
function timing(answered, failed) {
    return ask => {
        const askedAtMs = performance.now();
        const answer = ask();
        answer.then(() => answered((performance.now() - askedAtMs) / 1000), failed);
        return answer;
    };
}
//# sourceMappingURL=calls.js.map