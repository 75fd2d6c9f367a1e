import { Type } from '@sinclair/typebox';
import { exampleCredential } from "../examples.js";
import { Closed } from "../schemas.js";
import { AudienceSchema, TokenAnswerSchema } from "../session/schemas.js";
const ExchangeBodySchema = Closed({
    token: Type.String({ maxLength: 4096, description: 'The credential that came to you, as it came.', examples: [exampleCredential] }),
    audience: AudienceSchema
}, { examples: [{ token: exampleCredential, audience: 'shop' }] });
export const issueTokenFor = {
    tags: ['Other services'],
    operationId: 'issueTokenFor',
    summary: 'Get a token for a service that you pass a request on to',
    description: 'Needs a key with the scope `tokens:issue`. For a credential of a user that came to you, the token that its user would get at POST /session/token: so the credential goes no further than to you. ' +
        'It is good for one audience and a few minutes (TOKEN_SECONDS). A credential that is worth nothing is 404 `session_not_found`.',
    body: ExchangeBodySchema,
    response: { 200: TokenAnswerSchema }
};
//# sourceMappingURL=schemas.js.map