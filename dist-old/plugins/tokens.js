import fp from 'fastify-plugin';
import { createKeyring } from "../sessions/keyring.js";
import { createTokens } from "../tokens/tokens.js";
/** Of a local run. */
const LOCAL_ISSUER = 'http://127.0.0.1:3000';
/** Tokens that others verify without asking. */
export default fp(async (app, { config }) => {
    const { TOKEN_ISSUER: issuer = LOCAL_ISSUER, TOKEN_SECONDS: seconds } = config;
    const tokens = createTokens({ keyring: createKeyring(config.SESSION_KEYS), issuer, seconds, audiences: config.TOKEN_AUDIENCES?.split(',') ?? [] });
    app.decorate('tokens', { ...tokens, issuer });
}, { name: 'tokens' });
//# sourceMappingURL=tokens.js.map