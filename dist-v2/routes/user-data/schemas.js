import { Type } from '@sinclair/typebox';
import { operationNames } from "../../sessions/data/operations.js";
import { Closed } from "../schemas.js";
import { answersOf, IfMatchSchema, KeyParamsSchema, KeySchema, PatchBodySchema, PutBodySchema } from "../session-data/schemas.js";
const answers = answersOf('the user', 'User data updated');
const OperationSchema = Closed({
    op: Type.Unsafe(Type.String({
        enum: [...operationNames],
        description: '`increment` adds `value` to a number; `append` puts it behind the elements of an array; `addToSet` too, unless an equal one is there; `remove` takes all elements that equal it out of an array.',
        examples: ['increment']
    })),
    key: KeySchema,
    path: Type.Optional(Type.String({
        pattern: '^(/([^~/]|~0|~1)*)*$',
        maxLength: 256,
        description: 'JSON pointer (RFC 6901) to a place within the value; absent: the value itself. All of it but the last step has to be there.',
        examples: ['/items/0/quantity']
    })),
    value: Type.Unknown({ description: 'For an increment a number, for the others any JSON value.', examples: [1] })
});
const OperationsBodySchema = Closed({
    operations: Type.Array(OperationSchema, { minItems: 1, maxItems: 64, description: 'Applied in this order; each sees what those before it did.' })
}, { examples: [{ operations: [{ op: 'increment', key: 'plays', value: 1 }, { op: 'addToSet', key: 'recent', value: 'track-9' }] }] });
const tags = ['Shared by my devices'];
export const putUserData = {
    tags,
    operationId: 'putUserData',
    summary: 'Store one value',
    description: 'All sessions of the user see it. Other keys are untouched, whoever writes them at the same time. Over a cap the answer is 413 and nothing is changed.',
    headers: IfMatchSchema,
    body: PutBodySchema,
    response: { 200: answers.put }
};
export const patchUserData = {
    tags,
    operationId: 'patchUserData',
    summary: 'Merge several values',
    description: 'All of them or none. `null` removes a key.',
    headers: IfMatchSchema,
    body: PatchBodySchema,
    response: { 200: answers.patched }
};
export const changeUserData = {
    tags,
    operationId: 'changeUserData',
    summary: 'Change values by what they are',
    description: 'Operations on what is there, in their order, all of them or none, as one version: nothing that others do at the same time is lost. What is missing counts as 0 or as an empty array. One that does not fit what it finds is 409 `operation_failed`, with its `index`. Repeating a request applies it again; send `If-Match` where that must not be.',
    headers: IfMatchSchema,
    body: OperationsBodySchema,
    response: { 200: answers.operated }
};
export const getUserData = {
    tags,
    operationId: 'getUserData',
    summary: 'Read all values',
    description: 'Everything that the devices of the user share, with the ETag that a conditional change needs.',
    response: { 200: answers.all }
};
export const getUserDataKey = {
    tags,
    operationId: 'getUserDataKey',
    summary: 'Read one value',
    description: 'The value with the type that it was stored with.',
    params: KeyParamsSchema,
    response: { 200: answers.one }
};
export const deleteUserDataKey = {
    tags,
    operationId: 'deleteUserDataKey',
    summary: 'Remove one value',
    description: 'A key that is not there is 404, and nothing is changed.',
    headers: IfMatchSchema,
    params: KeyParamsSchema,
    response: { 200: answers.removed }
};
//# sourceMappingURL=schemas.js.map