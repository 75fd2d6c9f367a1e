import { Counter } from 'prom-client';
/** Counts a verdict. Each is there from the start, at 0: a rate sees the first one too. Every request counts one, so that costs no more than an addition. */
export function createVerdicts(registry) {
    const counts = { alive: 0, dead: 0, malformed: 0, none: 0, unavailable: 0 };
    const counter = new Counter({
        name: 'session_service_validations_total',
        help: 'Credentials judged: alive, dead, malformed (or forged: found without asking Redis), none (not sent where one is needed), unavailable (Redis did not answer).',
        labelNames: ['verdict'],
        registers: [registry],
        collect() {
            counter.reset();
            for (const [verdict, count] of Object.entries(counts))
                counter.inc({ verdict }, count);
        }
    });
    return (verdict) => { counts[verdict]++; };
}
/** The same judges, whose verdicts are counted. */
export function measureValidations(count, { store, credentials }) {
    const countFound = (session) => count(session === null ? 'dead' : 'alive');
    const countFailed = () => count('unavailable');
    return {
        store: {
            ...store,
            validate(credential, ...how) {
                const verdict = store.validate(credential, ...how);
                if (verdict instanceof Promise)
                    verdict.then(countFound, countFailed);
                else
                    countFound(verdict);
                return verdict;
            }
        },
        credentials: {
            ...credentials,
            parse(text) {
                const credential = credentials.parse(text);
                if (credential === null)
                    count('malformed');
                return credential;
            }
        }
    };
}
//# sourceMappingURL=validations.js.map