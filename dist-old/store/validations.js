import { gather } from "./gather.js";
/** Credentials that one call asks about at most. How many of them it judges the script decides, by what they cost: none blocks Redis for longer than about 0.3 ms. */
const MOST = 8;
/**
 * Asks sessionsValidate about all credentials that come in one turn of the event loop: the verdict of each. What the script leaves over, in a turn of many first uses or ends,
 * is asked in the next call at once, all within the time of one.
 */
export function createValidations({ client, keys, rules }, call) {
    async function judge(lookups, answer) {
        const [names, proofs] = [[], []];
        for (const { id, credential: { generation, secretDigest }, isUse } of lookups) {
            names.push(keys.session(id));
            proofs.push(generation, secretDigest, isUse ? '1' : '');
        }
        const verdicts = await client.sessionsValidate(names.length, ...names, ...rules(), ...proofs);
        answer(verdicts);
        const left = lookups.slice(verdicts.length);
        if (left.length > 0)
            await judge(left, answer);
    }
    const ask = gather(client, MOST, (lookups, answer) => call(() => judge(lookups, answer)));
    return (credential, isUse = true) => ask({ id: credential.id, credential, isUse });
}
//# sourceMappingURL=validations.js.map