import * as schemas from "./schemas.js";
/** Nobody's secret, and asked for by everybody who verifies. Runs behind the hook that forbids to store anything (plugins/http/headers.ts). */
const cacheable = (_request, reply, _payload, done) => {
    if (reply.statusCode === 200)
        reply.header('cache-control', 'public, max-age=300');
    done();
};
const wellKnown = async (app) => {
    const { issuer, jwks } = app.tokens;
    app.get('/.well-known/jwks.json', { config: { public: true }, onSend: cacheable, schema: schemas.jwks }, async () => jwks);
    app.get('/.well-known/oauth-authorization-server', { config: { public: true }, onSend: cacheable, schema: schemas.metadata }, async () => ({
        issuer,
        jwks_uri: `${issuer}/.well-known/jwks.json`,
        introspection_endpoint: `${issuer}/v1/introspect`,
        introspection_endpoint_auth_methods_supported: ['client_secret_basic', 'private_key_jwt'],
        introspection_endpoint_auth_signing_alg_values_supported: ['EdDSA', 'ES256'],
        response_types_supported: [],
        service_documentation: `${issuer}/docs`
    }));
};
export default wellKnown;
//# sourceMappingURL=index.js.map