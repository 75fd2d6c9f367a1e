import { Type } from '@sinclair/typebox';
import { CALLER_NAME_PATTERN, DATA_PREFIX_PATTERN } from "../../../callers/caller.js";
import { scopes } from "../../../callers/scope.js";
import { exampleCaller, examplePublicKey, exampleServiceKey } from "../../examples.js";
import { Closed, Timestamp, refTo } from "../../schemas.js";
const NameSchema = Type.String({ pattern: CALLER_NAME_PATTERN, description: 'The name of the service: lower-case letters, digits and dashes, a letter first.', examples: ['shop'] });
const KeyIdSchema = Type.String({ pattern: '^[0-9a-f]{16}$', description: 'What tells the key apart: the part of it after `ssk_`, or what assertions name as `kid`. It opens nothing.', examples: ['0a1b2c3d4e5f6071'] });
const ScopesSchema = Type.Array(Type.Unsafe({ type: 'string', enum: [...scopes] }), {
    minItems: 1,
    maxItems: scopes.length,
    uniqueItems: true,
    description: `All that the service may ask and do then: ${scopes.map(scope => `\`${scope}\``).join(', ')}. None includes another.`,
    examples: [['sessions:introspect']]
});
const DataPrefixSchema = Type.String({ pattern: DATA_PREFIX_PATTERN, description: 'Of session data it sees only keys that begin so; empty for all.', examples: ['shop.'] });
const coordinate = (description) => Type.String({ pattern: '^[A-Za-z0-9_-]{43}$', description });
/** Open, as JSON Web Keys are: what it need not say of itself is left out, what it must not is told by callers/public-key.ts. */
const PublicKeySchema = Type.Object({
    kty: Type.Unsafe({ type: 'string', enum: ['EC', 'OKP'], description: '`EC` for ES256, `OKP` for EdDSA.' }),
    crv: Type.Unsafe({ type: 'string', enum: ['P-256', 'Ed25519'], description: 'The curve: `P-256` of `EC`, `Ed25519` of `OKP`.' }),
    x: coordinate('The key, or the first half of it.'),
    y: Type.Optional(coordinate('Of P-256: the second half.'))
}, { description: 'The public half of a key pair of the service, as JSON Web Key (RFC 7517). A private key is refused.', examples: [examplePublicKey] });
const CallerKeySchema = Type.Object({
    id: KeyIdSchema,
    createdAt: Timestamp('When it was made.'),
    lastUsedAt: Type.Optional(Timestamp('When it was last used, to about ten seconds; absent if never.')),
    publicKey: Type.Optional(PublicKeySchema)
});
export const CallerSchema = Type.Object({
    name: NameSchema,
    scopes: ScopesSchema,
    dataPrefix: DataPrefixSchema,
    createdAt: Timestamp('When the service was added.'),
    keys: Type.Array(CallerKeySchema, { description: 'Its keys, oldest first: two at most.' })
}, { $id: 'Caller', description: 'Another service, as administrators see it', examples: [exampleCaller] });
const ParamsSchema = Type.Object({ name: NameSchema });
const KeyParamsSchema = Type.Object({ name: NameSchema, keyId: KeyIdSchema });
const ListAnswerSchema = Type.Object({ callers: Type.Array(refTo(CallerSchema)) }, { description: 'By name', examples: [{ callers: [exampleCaller] }] });
const CreateBodySchema = Closed({
    name: NameSchema,
    scopes: ScopesSchema,
    dataPrefix: Type.Optional(DataPrefixSchema),
    publicKey: Type.Optional(PublicKeySchema)
}, { examples: [{ name: 'shop', scopes: ['sessions:introspect'] }] });
const UpdateBodySchema = Closed({
    scopes: Type.Optional(ScopesSchema),
    dataPrefix: Type.Optional(DataPrefixSchema)
}, { minProperties: 1, examples: [{ scopes: ['sessions:introspect', 'sessions:read'] }] });
const ServiceKeySchema = Type.String({ description: 'The key. This is the only time that it is shown.', examples: [exampleServiceKey] });
const answer = (message) => ({ message: Type.Literal(message), caller: refTo(CallerSchema) });
const CreatedAnswerSchema = Type.Object({ ...answer('Service added'), key: Type.Optional(ServiceKeySchema) }, {
    description: 'The service can ask, with this key or with what it signs', examples: [{ message: 'Service added', caller: exampleCaller, key: exampleServiceKey }]
});
const UpdatedAnswerSchema = Type.Object(answer('Service changed'), { description: 'As it is now', examples: [{ message: 'Service changed', caller: exampleCaller }] });
const KeyAddedAnswerSchema = Type.Object({ ...answer('Key added'), key: ServiceKeySchema }, {
    description: 'Both keys work', examples: [{ message: 'Key added', caller: exampleCaller, key: exampleServiceKey }]
});
const PublicKeyBodySchema = Closed({ publicKey: PublicKeySchema }, { examples: [{ publicKey: examplePublicKey }] });
const PublicKeyAddedAnswerSchema = Type.Object({ ...answer('Key added'), keyId: KeyIdSchema }, {
    description: 'Both keys work', examples: [{ message: 'Key added', caller: exampleCaller, keyId: '0a1b2c3d4e5f6071' }]
});
const KeyDeletedAnswerSchema = Type.Object(answer('Key deleted'), { description: 'What it has left', examples: [{ message: 'Key deleted', caller: exampleCaller }] });
const DeletedAnswerSchema = Type.Object({ message: Type.Literal('Service deleted') }, { description: 'It is not known any more', examples: [{ message: 'Service deleted' }] });
const tags = ['Operation'];
const changing = 'Needs the role `admin` and a password that was proven within the last 2 hours.';
const soon = 'On every instance within a second.';
export const listCallers = {
    tags,
    operationId: 'listCallers',
    summary: 'List all services and their keys',
    description: 'Needs the role `admin` and a password that was proven within the last 12 hours. Keys are shown by id, with when they were last used; never in full.',
    response: { 200: ListAnswerSchema }
};
export const createCaller = {
    tags,
    operationId: 'createCaller',
    summary: 'Add a service, with its first key',
    description: `${changing} The answer has the key in full, once: only a digest of it is stored. With \`publicKey\` there is none: the service signs assertions.`,
    body: CreateBodySchema,
    response: { 201: CreatedAnswerSchema }
};
export const updateCaller = {
    tags,
    operationId: 'updateCaller',
    summary: 'Change what a service may do',
    description: `${changing} ${soon}`,
    params: ParamsSchema,
    body: UpdateBodySchema,
    response: { 200: UpdatedAnswerSchema }
};
export const deleteCaller = {
    tags,
    operationId: 'deleteCaller',
    summary: 'Delete a service with its keys',
    description: `${changing} Its keys are worth nothing any more. ${soon}`,
    params: ParamsSchema,
    response: { 200: DeletedAnswerSchema }
};
export const addCallerKey = {
    tags,
    operationId: 'addCallerKey',
    summary: 'Give a service another key',
    description: `${changing} To replace a key: ask for another one, give it to the service, delete the old one. Two at most.`,
    params: ParamsSchema,
    response: { 201: KeyAddedAnswerSchema }
};
export const addCallerPublicKey = {
    tags,
    operationId: 'addCallerPublicKey',
    summary: 'Give a service a key with which it signs',
    description: `${changing} The service authenticates with assertions (RFC 7523) then, which it signs with the other half: nothing that is secret leaves it. Two keys at most, of whatever kind.`,
    params: ParamsSchema,
    body: PublicKeyBodySchema,
    response: { 201: PublicKeyAddedAnswerSchema }
};
export const deleteCallerKey = {
    tags,
    operationId: 'deleteCallerKey',
    summary: 'Delete a key',
    description: `${changing} It is worth nothing any more. ${soon}`,
    params: KeyParamsSchema,
    response: { 200: KeyDeletedAnswerSchema }
};
//# sourceMappingURL=schemas.js.map