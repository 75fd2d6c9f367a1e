import { measurePostgres, redisTimings } from "./calls.js";
import { measurePasswords } from "./passwords.js";
import { measureValidations } from "./validations.js";
/** Measures nothing and costs nothing: every part as it is. */
export const unmeasured = {
    redis: { store: store => store, validations: ask => ask() },
    validations: judges => judges,
    postgres: database => database,
    passwords: passwords => passwords
};
/** Measures into the registry. Labels are names from the code, never anything that a caller or a user brings. */
export function measuring(registry, countVerdict) {
    return {
        redis: redisTimings(registry),
        validations: judges => measureValidations(countVerdict, judges),
        postgres: database => measurePostgres(registry, database),
        passwords: (passwords, threads) => measurePasswords(registry, passwords, threads)
    };
}
//# sourceMappingURL=measured.js.map