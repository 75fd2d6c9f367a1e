import { isDeepStrictEqual } from 'node:util';
import { serviceError } from "../errors.js";
export const operationNames = ['increment', 'append', 'addToSet', 'remove'];
/**
 * The values of keys after all operations, in their order; `undefined` of one that is as absent as it was. The values that are given stay as they are.
 * @throws ServiceError `operation_failed` with the index of the operation that does not fit what it finds
 */
export function applyOperations(values, operations) {
    const changed = new Map();
    for (const [index, { key, path = '', op, value }] of operations.entries()) {
        const refuse = (detail) => serviceError('operation_failed', `Operation ${index}, ${op} of ${key}${path}: ${detail} Nothing was changed.`, { extras: { index } });
        const before = changed.has(key) ? changed.get(key) : values.get(key);
        changed.set(key, changedAt(before, stepsOf(path), changeOf(op, value, refuse), refuse));
    }
    return changed;
}
function changeOf(op, value, refuse) {
    switch (op) {
        case 'increment': return found => increased(found, Number(value), refuse);
        case 'append': return found => [...arrayOf(found, refuse), value];
        case 'addToSet': return found => arrayOf(found, refuse).some(element => isDeepStrictEqual(element, value)) ? found : [...arrayOf(found, refuse), value];
        case 'remove': return found => found === undefined ? undefined : arrayOf(found, refuse).filter(element => !isDeepStrictEqual(element, value));
    }
}
function increased(found = 0, by, refuse) {
    if (typeof found !== 'number')
        throw refuse('there is no number.');
    const sum = found + by;
    if (!Number.isFinite(sum))
        throw refuse('the sum is out of the range of a double.');
    return sum;
}
function arrayOf(found = [], refuse) {
    if (!Array.isArray(found))
        throw refuse('there is no array.');
    return found;
}
function stepsOf(path) {
    return path.split('/').slice(1).map(step => step.replaceAll('~1', '/').replaceAll('~0', '~'));
}
/** The value with that place changed. What leads to the place has to be there; the last step may be a member that an object does not have yet. */
function changedAt(value, steps, change, refuse) {
    const [step, ...rest] = steps;
    if (step === undefined)
        return change(value);
    if (Array.isArray(value)) {
        if (!/^(0|[1-9]\d*)$/.test(step) || Number(step) >= value.length)
            throw refuse(`there is no element ${step}.`);
        return value.with(Number(step), changedAt(value[Number(step)], rest, change, refuse));
    }
    if (typeof value !== 'object' || value === null || (rest.length > 0 && !Object.hasOwn(value, step)))
        throw refuse(`the path leads nowhere at ${step}.`);
    const members = new Map(Object.entries(value));
    const after = changedAt(members.get(step), rest, change, refuse);
    // Made of its members, so that none of them can mean anything but itself.
    return after === undefined ? value : Object.fromEntries(members.set(step, after));
}
//# sourceMappingURL=operations.js.map