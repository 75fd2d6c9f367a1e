import { Value } from '@sinclair/typebox/value';
import { keyringFault } from "../sessions/keyring.js";
import { debugFault } from "./debug.js";
import { lifetimesFault, lifetimesOf } from "./lifetimes.js";
import { channelLimitsFault } from "./channels.js";
import { limitsFault } from "./limits.js";
import { originsFault } from "./origins.js";
import { problemOf } from "./problem.js";
import { ConfigSchema } from "./schema.js";
import { trustProxyFault } from "./trust-proxy.js";
/** Thrown by `loadConfig` with every fault at once; the message is ready to print and holds no values. */
export class ConfigError extends Error {
    faults;
    constructor(faults) {
        const lines = faults.map(fault => `  ${fault.variable}: ${fault.problem} (for example ${fault.variable}=${fault.example})`);
        super(`The configuration has ${faults.length} fault${faults.length === 1 ? '' : 's'}:\n${lines.join('\n')}`);
        this.name = 'ConfigError';
        this.faults = faults;
    }
}
/**
 * Reads the environment into a typed configuration. Empty variables count as absent.
 * @throws ConfigError naming every fault: variable, problem, example.
 */
export function loadConfig(env) {
    const settings = Value.Default(ConfigSchema, fromText(env));
    const faults = [...schemaFaults(settings), ...ruleFaults(settings), ...environmentFaults(env)];
    if (faults.length > 0)
        throw new ConfigError(faults);
    const isLocal = isPrivate(settings);
    return { ...settings, DEMO_USERS: settings.DEMO_USERS ?? isLocal, COOKIE_SECURE: settings.COOKIE_SECURE ?? !isLocal };
}
/** Whether Redis and PostgreSQL are both the service's own children: the only case with a generated key, demo accounts and a cookie for plain HTTP. */
function isPrivate(config) {
    return config.REDIS_URL === undefined && config.DATABASE_URL === undefined;
}
/** Strict text-to-value: only whole decimal numbers and the words true and false change their type. */
function fromText(env) {
    const settings = {};
    for (const [name, schema] of Object.entries(ConfigSchema.properties)) {
        const text = env[name]?.trim();
        if (text === undefined || text === '')
            continue;
        if (schema.type === 'integer' && /^-?\d{1,15}$/.test(text))
            settings[name] = Number(text);
        else if (schema.type === 'boolean' && /^(true|false)$/.test(text))
            settings[name] = text === 'true';
        else
            settings[name] = text;
    }
    return settings;
}
function schemaFaults(settings) {
    const seen = new Map();
    for (const error of Value.Errors(ConfigSchema, settings)) {
        const [variable = ''] = error.path.slice(1).split('/');
        if (!seen.has(variable))
            seen.set(variable, fault(variable, problemOf(error.schema)));
    }
    return [...seen.values()];
}
function ruleFaults(settings) {
    const faults = [];
    const proxies = trustProxyFault(settings.TRUST_PROXY);
    if (proxies !== null)
        faults.push(fault('TRUST_PROXY', proxies));
    const lifetimes = lifetimesFault(settings.SESSION_LIFETIMES);
    if (lifetimes !== null)
        faults.push(fault('SESSION_LIFETIMES', lifetimes));
    else if (!lifetimesOf(settings).has(settings.ANONYMOUS_LIFETIME))
        faults.push(fault('ANONYMOUS_LIFETIME', 'has to be the name of a lifetime profile'));
    const channels = channelLimitsFault(settings.CHANNEL_LIMITS);
    if (channels !== null)
        faults.push(fault('CHANNEL_LIMITS', channels));
    const limits = limitsFault(settings.SESSION_LIMIT_BY_DEVICE_TYPE);
    if (limits !== null)
        faults.push(fault('SESSION_LIMIT_BY_DEVICE_TYPE', limits));
    const origins = originsFault(settings.CORS_ORIGINS);
    if (origins !== null)
        faults.push(fault('CORS_ORIGINS', origins));
    if (settings.TOKEN_AUDIENCES !== undefined && settings.TOKEN_ISSUER === undefined && !isPrivate(settings)) {
        faults.push(fault('TOKEN_ISSUER', 'is required with TOKEN_AUDIENCES as soon as REDIS_URL or DATABASE_URL is set: whoever verifies a token compares it'));
    }
    if (settings.SESSION_KEYS !== undefined) {
        const keys = keyringFault(settings.SESSION_KEYS);
        if (keys !== null)
            faults.push(fault('SESSION_KEYS', keys));
    }
    else if (!isPrivate(settings)) {
        faults.push(fault('SESSION_KEYS', 'is required as soon as REDIS_URL or DATABASE_URL is set; make one with: node -p "\'k1:\' + crypto.randomBytes(32).toString(\'base64url\')"'));
    }
    return faults;
}
/** Variables that are not ours and would still give something away. */
function environmentFaults({ DEBUG }) {
    const problem = debugFault(DEBUG);
    return problem === null ? [] : [{ variable: 'DEBUG', problem, example: '-ioredis:*' }];
}
function fault(variable, problem) {
    const property = Object.entries(ConfigSchema.properties).find(([name]) => name === variable)?.[1];
    return { variable, problem, example: String(property?.examples?.[0]) };
}
//# sourceMappingURL=load.js.map