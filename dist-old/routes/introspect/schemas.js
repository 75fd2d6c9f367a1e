import { Type } from '@sinclair/typebox';
import { exampleCredential, exampleId, exampleOtherDescription } from "../examples.js";
import { CapabilitiesSchema, Closed, DescriptionSchema, DeviceNameSchema, refTo } from "../schemas.js";
/** Of any length: what one client sent must not spoil the question about others. */
const TokenSchema = Type.String({ description: 'The credential that came to you, as it came: the `sessionId` of POST /login, or a token of POST /session/token that was made for you (`aud` is the name of your service).', examples: [exampleCredential] });
const IncludeSchema = Type.Optional(Type.String({
    pattern: '^(device|data|anonymous)( (device|data|anonymous))*$',
    description: 'What else to tell, with a space between: `device`, `data` (what callers keep in the session; only keys with the prefix that your key is limited to, if it is). Each costs another read. `anonymous`: sessions of who has not logged in are active, too, with `anonymous` and a `sub` of their own; otherwise they are not.',
    examples: ['device data']
}));
export const IntrospectBodySchema = Closed({
    token: TokenSchema,
    token_type_hint: Type.Optional(Type.String({ maxLength: 64, description: 'Not looked at: there is one type.' })),
    client_id: Type.Optional(Type.String({ maxLength: 128, description: 'In a form: the name of your service, beside an assertion. It may be left out.' })),
    client_assertion_type: Type.Optional(Type.String({ enum: ['urn:ietf:params:oauth:client-assertion-type:jwt-bearer'], description: 'In a form: with `client_assertion`.' })),
    client_assertion: Type.Optional(Type.String({ maxLength: 4096, description: 'In a form: an assertion in the place of the header Authorization (RFC 7523).' })),
    include: IncludeSchema
}, { examples: [{ token: exampleCredential }] });
const Seconds = (description) => Type.Optional(Type.Integer({ description: `${description} Seconds since 1970.`, examples: [1704067200] }));
const exampleActive = {
    active: true,
    sub: '1',
    sid: exampleId,
    iat: 1704067200,
    exp: 1704070810,
    auth_time: 1704067200,
    username: 'alice@example.com',
    name: 'Alice',
    roles: [],
    token_type: 'Bearer'
};
export const IntrospectionSchema = Type.Object({
    active: Type.Boolean({ description: 'Whether the credential is good. If not there is nothing else, whatever the cause.' }),
    anonymous: Type.Optional(Type.Boolean({ description: '`true` if nobody has logged in; only if `include` names it.', examples: [true] })),
    sub: Type.Optional(Type.String({ description: 'Whose session it is: the id of the user.', examples: ['1'] })),
    sid: Type.Optional(Type.String({ description: 'The public id of the session. It opens nothing.', examples: [exampleId] })),
    aud: Type.Optional(Type.String({ description: 'Of a token: for whom it was made.', examples: ['shop'] })),
    iat: Seconds('When the session was opened, or the token made.'),
    exp: Seconds('When it ends if it is not used any more.'),
    auth_time: Seconds('When the password was last proven.'),
    username: Type.Optional(Type.String({ description: 'The email of the user.', examples: ['alice@example.com'] })),
    name: Type.Optional(Type.String({ examples: ['Alice'] })),
    roles: Type.Optional(Type.Array(Type.String({ examples: ['admin'] }))),
    client_id: Type.Optional(Type.String({ description: 'The service that opened the session, if one did.', examples: ['shop'] })),
    claims: Type.Optional(Type.Record(Type.String(), Type.Unknown(), { description: 'What that service says of its user.', examples: [{ plan: 'gold' }] })),
    token_type: Type.Optional(Type.String({ examples: ['Bearer'] })),
    device: Type.Optional(Type.Object({
        ...DescriptionSchema.properties.device.properties,
        name: Type.Optional(DeviceNameSchema),
        capabilities: Type.Optional(CapabilitiesSchema)
    }, { description: 'If `include` names it.' })),
    data: Type.Optional(Type.Record(Type.String(), Type.Unknown(), { description: 'If `include` names it.', examples: [{ cartItems: '3' }] }))
}, { $id: 'Introspection', description: 'What a credential is worth (RFC 7662)', examples: [exampleActive] });
const examples = {
    good: exampleActive,
    worthless: { active: false },
    included: { ...exampleActive, device: { ...exampleOtherDescription.device, name: 'Work laptop', capabilities: ['4K'] }, data: { cartItems: '3' } }
};
const keepHeaders = {
    'x-keep-ms': Type.String({ description: 'Milliseconds for which you may repeat this verdict without asking. It counts from when you asked; keep it longer and you accept sessions that have ended.', examples: ['940'] })
};
const MediaOf = (schema, examples, description) => ({
    description,
    headers: keepHeaders,
    content: { 'application/json': { schema, examples: Object.fromEntries(Object.entries(examples).map(([name, value]) => [name, { value }])) } }
});
const tags = ['Other services'];
const needs = 'Needs a key with the scope `sessions:introspect`.';
export const introspect = {
    tags,
    operationId: 'introspect',
    summary: 'Is this credential good, and whose is it?',
    description: `${needs} Token introspection (RFC 7662), as JSON or as a form, of which members that are not named here are ignored. Whatever is wrong with a credential, the answer is 200 with \`{"active":false}\` and nothing else. Asking about a credential is a use of the session, as a request of its user is one; about a token it is none.`,
    consumes: ['application/json', 'application/x-www-form-urlencoded'],
    body: IntrospectBodySchema,
    response: { 200: MediaOf(refTo(IntrospectionSchema), examples, 'What the credential is worth') }
};
/** Credentials that one call may ask about, and where it reads what sessions hold: 16 KiB each by default (DATA_MAX_BYTES), and as much as is configured. */
export const LARGEST_BATCH = 1000;
export const LARGEST_BATCH_WITH_DATA = 100;
const BatchBodySchema = Closed({
    tokens: Type.Array(TokenSchema, { minItems: 1, description: `At most ${LARGEST_BATCH}, with \`data\` in \`include\` ${LARGEST_BATCH_WITH_DATA}; of more none is looked at (413 \`batch_too_large\`).` }),
    include: IncludeSchema
}, { examples: [{ tokens: [exampleCredential, 'nothing'] }] });
const BatchAnswerSchema = Type.Object({
    results: Type.Array(refTo(IntrospectionSchema), { description: 'One for each credential, in their order.' })
});
export const introspectBatch = {
    tags,
    operationId: 'introspectBatch',
    summary: 'The same of many credentials at once',
    description: `${needs} Up to ${LARGEST_BATCH} credentials (${LARGEST_BATCH_WITH_DATA} with \`data\` in \`include\`), at most 1 MiB, read together: for gateways and caches, at a fraction of what single calls cost. \`x-keep-ms\` holds for all of the answers.`,
    body: BatchBodySchema,
    response: { 200: MediaOf(BatchAnswerSchema, { two: { results: [exampleActive, { active: false }] } }, 'What each is worth, in order') }
};
//# sourceMappingURL=schemas.js.map