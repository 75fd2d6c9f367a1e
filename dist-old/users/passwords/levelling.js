import bcrypt from 'bcryptjs';
import { costOf, matches } from "./scheme.js";
/** bcrypt has no lower cost; every number of rounds here is a multiple of 2^4. */
const lowestCost = 4;
/**
 * Whether the password matches. Every refusal is the same amount of work, whatever is stored: the same number of bcrypt
 * runs and of bcrypt rounds in all, those of `levelCost` and a few more (3.5 % at cost 12). Blocks for as long.
 */
export function verifyLevelled({ password, storedHash, levelCost }) {
    const hash = storedHash ?? `${salt(levelCost)}${'.'.repeat(31)}`;
    if (matches(password, hash) && storedHash !== null)
        return true;
    for (const cost of remainingCosts(costOf(hash), levelCost))
        bcrypt.hashSync(password, salt(cost));
    return false;
}
/**
 * The costs of the bcrypt runs that are left after one at `spentCost`. A run is 2^cost rounds and a set-up, which takes
 * about 0.7 of a round: enough to show in a thousand timings (AUC 0.84 at cost 6 against two runs of cost 5). So the number of runs is
 * level too: one more for each step from the lowest cost, which is the least that makes up for any difference in rounds.
 */
export function remainingCosts(spentCost, levelCost) {
    const level = Math.max(spentCost, levelCost);
    const runs = level - lowestCost + 1;
    const units = 2 ** (level - lowestCost) - 2 ** (spentCost - lowestCost) + runs;
    return powersOfTwo(units, runs).map(power => power + lowestCost);
}
/** Exponents of exactly `count` powers of two that add up to `sum`: its binary digits, the highest halved until there are enough. */
function powersOfTwo(sum, count) {
    const digits = [...sum.toString(2)].reverse();
    const powers = digits.flatMap((digit, power) => digit === '1' ? [power] : []);
    while (powers.length < count) {
        powers.sort((a, b) => a - b);
        const half = Number(powers.pop()) - 1;
        powers.push(half, half);
    }
    return powers;
}
function salt(cost) {
    return `$2b$${String(cost).padStart(2, '0')}$abcdefghijklmnopqrstuu`;
}
//# sourceMappingURL=levelling.js.map