import { pointerTo } from "./json-pointer.js";
/** RFC 8259 section 9 lets a reader limit nesting; turning a value into text recurses and fails from about 4000 levels on. */
const MAX_DEPTH = 1000;
/** The first part of a parsed JSON value that would not come back as it was sent, or null. */
export function valueFault(value, depth = 0) {
    // A number that a double cannot hold is read as Infinity, which JSON has no word for.
    if (typeof value === 'number' && !Number.isFinite(value))
        return { pointer: '', detail: 'must be within the range of a double (RFC 8259 section 6)' };
    if (typeof value !== 'object' || value === null)
        return null;
    if (depth === MAX_DEPTH)
        return { pointer: '', detail: `must NOT be nested more than ${MAX_DEPTH} levels deep` };
    for (const [name, member] of Object.entries(value)) {
        const fault = valueFault(member, depth + 1);
        if (fault !== null)
            return { pointer: `${pointerTo(name)}${fault.pointer}`, detail: fault.detail };
    }
    return null;
}
//# sourceMappingURL=json-value.js.map