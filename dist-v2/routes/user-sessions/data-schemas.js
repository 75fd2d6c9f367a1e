import { Type } from '@sinclair/typebox';
import { exampleId } from "../examples.js";
import { Closed, SessionIdSchema } from "../schemas.js";
import { answersOf, IfMatchSchema, valuesOf } from "../session-data/schemas.js";
import { IdempotencyKeySchema, ParamsSchema, needs, replayed, tags } from "./schemas.js";
const answers = answersOf('that session that your service may see', 'Session updated');
const PutBodySchema = Closed({
    data: valuesOf('Values by key; only keys with the prefix that your service is limited to, if it is. `null` is a value.')
}, { examples: [{ data: { cartItems: '4', theme: 'dark' } }] });
const PutAnswerSchema = Type.Object({
    message: Type.Literal('Session updated'),
    sessionId: SessionIdSchema
}, { description: 'Replaced', headers: { ...answers.put.headers, ...replayed }, examples: [{ message: 'Session updated', sessionId: exampleId }] });
export const getUserSessionData = {
    tags,
    operationId: 'getUserSessionData',
    summary: 'Read what a session holds',
    description: `${needs('sessions:read')} Whoever’s it is, by its public id: all values under keys with the prefix that your service is limited to, if it is. Looking is no use of it.`,
    params: ParamsSchema,
    response: { 200: answers.all }
};
export const putUserSessionData = {
    tags,
    operationId: 'putUserSessionData',
    summary: 'Replace what a session holds',
    description: `${needs('sessions:write')} These values take the place of all that your service may see there, all or none; those under keys with another prefix stay. Over a cap the answer is 413 and nothing is changed. A 412 without \`If-Match\` means that others change the data all the while: repeat it. It is no use of the session, and does not extend it.`,
    headers: Type.Object({ ...IdempotencyKeySchema.properties, ...IfMatchSchema.properties }),
    params: ParamsSchema,
    body: PutBodySchema,
    response: { 200: PutAnswerSchema }
};
//# sourceMappingURL=data-schemas.js.map