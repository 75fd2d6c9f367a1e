import { Type } from '@sinclair/typebox';
import { DATA_KEY_PATTERN } from "../../sessions/data/data.js";
import { Closed } from "../schemas.js";
export const KeySchema = Type.String({ minLength: 1, pattern: DATA_KEY_PATTERN, description: 'Printable ASCII without spaces, by default at most 64 bytes; not `__proto__`, `constructor`, `prototype`, `.` or `..`.', examples: ['cartItems'] });
const ValueSchema = Type.Unknown({ description: 'Any JSON value, by default at most 4 KiB as JSON. It comes back with the same type; numbers are doubles (RFC 8259 section 6).', examples: ['3'] });
export const KeyParamsSchema = Type.Object({ key: KeySchema });
export const IfMatchSchema = Type.Object({
    'if-match': Type.Optional(Type.String({ description: 'ETag of the data that the change was made from; 412 if it has changed since.' }))
});
export const PutBodySchema = Closed({ key: KeySchema, value: ValueSchema }, { examples: [{ key: 'cartItems', value: '3' }] });
/** Changes of data by key. */
export function patchBodyOf(description) {
    return Type.Record(Type.String(), ValueSchema, {
        propertyNames: KeySchema,
        minProperties: 1,
        description,
        examples: [{ cartItems: '4', theme: 'dark', coupon: null }]
    });
}
/** All data by key. */
export function valuesOf(description) {
    return Type.Record(Type.String(), ValueSchema, { propertyNames: KeySchema, description, examples: [{ cartItems: '4', theme: 'dark' }] });
}
export const PatchBodySchema = patchBodyOf('Values by key; `null` removes the key. Nested objects are replaced, not merged.');
/** The answers about the data of an owner; those to changes begin with that message, and all carry the version of all of its data. */
export function answersOf(owner, message) {
    const headers = { etag: Type.String({ description: `Version of all data of ${owner}, for If-Match.` }) };
    const MessageSchema = Type.Literal(message);
    return {
        put: Type.Object({ message: MessageSchema, key: KeySchema, value: ValueSchema }, { description: 'Stored', headers, examples: [{ message, key: 'cartItems', value: '3' }] }),
        patched: Type.Object({
            message: MessageSchema,
            data: Type.Record(Type.String(), ValueSchema, { description: 'The change that was made', examples: [{ cartItems: '4', theme: 'dark', coupon: null }] })
        }, { description: 'Merged', headers, examples: [{ message, data: { cartItems: '4', theme: 'dark', coupon: null } }] }),
        operated: Type.Object({
            message: MessageSchema,
            data: Type.Record(Type.String(), ValueSchema, { description: 'Values of the keys that the operations were about, as they are now', examples: [{ plays: 8 }] })
        }, { description: 'Applied', headers, examples: [{ message, data: { plays: 8, recent: ['track-7', 'track-9'] } }] }),
        all: Type.Object({
            data: Type.Record(Type.String(), ValueSchema, { description: 'Values by key', examples: [{ cartItems: '3' }] })
        }, { description: `The data of ${owner}`, headers, examples: [{ data: { cartItems: '3', theme: 'dark' } }] }),
        one: Type.Object({ key: KeySchema, value: ValueSchema }, { description: 'The value', headers, examples: [{ key: 'cartItems', value: '3' }] }),
        removed: Type.Object({ message: MessageSchema, key: KeySchema }, { description: 'Removed', headers, examples: [{ message, key: 'cartItems' }] })
    };
}
const answers = answersOf('this session', 'Session updated');
const tags = ['This session'];
/** What a login keeps of an anonymous session. */
export const KeepDataSchema = Type.Optional(Type.Union([Type.Literal('all'), Type.Literal('none'), Type.Array(KeySchema, { maxItems: 512, uniqueItems: true })], {
    default: 'all', description: 'What the new session keeps of the data of the anonymous one whose place it takes: `all`, `none`, or what is under these keys.', examples: [['cartItems']]
}));
export const putSessionData = {
    tags,
    operationId: 'putSessionData',
    summary: 'Store one value',
    description: 'Other keys are untouched, whoever writes them at the same time. Over a cap the answer is 413 and nothing is changed.',
    headers: IfMatchSchema,
    body: PutBodySchema,
    response: { 200: answers.put }
};
export const patchSessionData = {
    tags,
    operationId: 'patchSessionData',
    summary: 'Merge several values',
    description: 'All of them or none. `null` removes a key.',
    headers: IfMatchSchema,
    body: PatchBodySchema,
    response: { 200: answers.patched }
};
export const getSessionData = {
    tags,
    operationId: 'getSessionData',
    summary: 'Read all values',
    description: 'Everything that was stored in this session, with the ETag that a conditional change needs.',
    response: { 200: answers.all }
};
export const getSessionDataKey = {
    tags,
    operationId: 'getSessionDataKey',
    summary: 'Read one value',
    description: 'The value with the type that it was stored with.',
    params: KeyParamsSchema,
    response: { 200: answers.one }
};
export const deleteSessionDataKey = {
    tags,
    operationId: 'deleteSessionDataKey',
    summary: 'Remove one value',
    description: 'A key that is not there is 404, and nothing is changed.',
    headers: IfMatchSchema,
    params: KeyParamsSchema,
    response: { 200: answers.removed }
};
//# sourceMappingURL=schemas.js.map