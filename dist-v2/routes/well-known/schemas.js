import { Type } from '@sinclair/typebox';
const exampleJwk = {
    kty: 'OKP',
    crv: 'Ed25519',
    x: '11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo',
    kid: 'kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k',
    use: 'sig',
    alg: 'EdDSA'
};
const JwksAnswerSchema = Type.Object({
    keys: Type.Array(Type.Object({
        kty: Type.String({ examples: ['OKP'] }),
        crv: Type.String({ examples: ['Ed25519'] }),
        x: Type.String({ description: 'The public key.' }),
        kid: Type.String({ description: 'Its thumbprint (RFC 7638), which tokens name.' }),
        use: Type.String({ examples: ['sig'] }),
        alg: Type.String({ examples: ['EdDSA'] })
    }), { description: 'The first one signs; tokens of the others are good as well.' })
}, { description: 'A JSON Web Key Set (RFC 7517)', examples: [{ keys: [exampleJwk] }] });
const MetadataAnswerSchema = Type.Object({
    issuer: Type.String({ description: '`iss` of every token.', examples: ['https://sessions.example.com'] }),
    jwks_uri: Type.String(),
    introspection_endpoint: Type.String(),
    introspection_endpoint_auth_methods_supported: Type.Array(Type.String()),
    introspection_endpoint_auth_signing_alg_values_supported: Type.Array(Type.String()),
    response_types_supported: Type.Array(Type.String(), { description: 'None: nothing is authorized here.' }),
    service_documentation: Type.String()
}, {
    description: 'Where what is',
    examples: [{
            issuer: 'https://sessions.example.com',
            jwks_uri: 'https://sessions.example.com/.well-known/jwks.json',
            introspection_endpoint: 'https://sessions.example.com/v1/introspect',
            introspection_endpoint_auth_methods_supported: ['client_secret_basic', 'private_key_jwt'],
            introspection_endpoint_auth_signing_alg_values_supported: ['EdDSA', 'ES256'],
            response_types_supported: [],
            service_documentation: 'https://sessions.example.com/docs'
        }]
});
const tags = ['Other services'];
export const jwks = {
    tags,
    operationId: 'jwks',
    summary: 'The keys with which tokens are verified',
    description: 'Public, and to be kept for five minutes (`Cache-Control`). Ask again when a token names a key that you do not have.',
    response: { 200: JwksAnswerSchema }
};
export const metadata = {
    tags,
    operationId: 'metadata',
    summary: 'Where the keys and introspection are',
    description: 'After RFC 8414, for libraries that begin with it. TOKEN_ISSUER is what everything is under.',
    response: { 200: MetadataAnswerSchema }
};
//# sourceMappingURL=schemas.js.map