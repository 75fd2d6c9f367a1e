/** What a value must be, as the end of "<variable> …": a person reads it who has never seen the schema. */
export function problemOf({ type, minimum, maximum, anyOf, form }) {
    if (type === 'integer')
        return `must be a whole number from ${minimum} to ${maximum}`;
    if (type === 'boolean')
        return 'must be true or false';
    if (anyOf !== undefined)
        return `must be one of ${anyOf.map(choice => choice.const).join(', ')}`;
    return `must be ${form}`;
}
//# sourceMappingURL=problem.js.map