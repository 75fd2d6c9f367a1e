import { Type } from '@sinclair/typebox';
import { deviceTypes } from "../sessions/devices/device.js";
/**
 * Every environment variable that the service reads, once: type, bounds, default, meaning and an example.
 * `loadConfig`, `npm run config` and the table in the README all come from here.
 * `secret` values are masked wherever the configuration is shown and never have a default.
 */
const integer = (minimum, maximum, defaultValue, description) => Type.Integer({ minimum, maximum, default: defaultValue, description, examples: [String(defaultValue)] });
function oneOf(words, defaultValue, description) {
    return Type.Unsafe(Type.Union(words.map(word => Type.Literal(word)), { default: defaultValue, description, examples: [words.at(-1)] }));
}
const optionalText = (description, example, options = {}) => Type.Optional(Type.String({ minLength: 1, description, examples: [example], ...options }));
/** A login at the limit looks at the index entry of every session of the user in one script, for which Redis keeps everybody waiting: about 0.4 µs each. */
export const MOST_SESSIONS = 1000;
export const ConfigSchema = Type.Object({
    PORT: integer(0, 65535, 3000, 'Port to listen on; 0 takes a free one.'),
    HOST: Type.String({ default: '127.0.0.1', minLength: 1, description: 'Address to listen on.', examples: ['0.0.0.0'] }),
    REDIS_URL: optionalText('Redis ≥ 7.0: `redis://`, `rediss://`, `redis+sentinel://host:port,host:port/master-name`, `redis+cluster://host:port,host:port` (`rediss+…` with TLS). Absent: a private Redis child process with its data in DATA_DIR.', 'redis://:password@redis:6379/0', { secret: true, pattern: '^(rediss?://.+|unix:///.+|rediss?\\+cluster://.+|rediss?\\+sentinel://[^/]+/[^/?].*)$', form: 'a redis://, rediss://, unix:///, redis+cluster:// or redis+sentinel://…/master-name URL' }),
    DATABASE_URL: optionalText('PostgreSQL with the users. Absent: a private PostgreSQL child process with its data in DATA_DIR.', 'postgres://app:password@postgres:5432/sessions', { secret: true, pattern: '^postgres(ql)?://.+', form: 'a postgres:// or postgresql:// URL' }),
    DATA_DIR: Type.String({ default: '.data', minLength: 1, description: 'Where the private parts keep their data and the local credential key.', examples: ['.data'] }),
    INSTALL_REDIS: Type.Boolean({ default: true, description: 'Whether `npm start` may install a missing Redis with apt-get when it runs as root on Debian.', examples: ['false'] }),
    SESSION_KEYS: optionalText('Credential keyring, `id:base64url` comma-separated, each key ≥ 32 random bytes; the first signs, all verify. Generated and kept in DATA_DIR only if Redis and PostgreSQL are both private; required otherwise.', 'k1:<base64url of 32 random bytes>', { secret: true }),
    DEMO_USERS: Type.Optional(Type.Boolean({ description: '`true` creates alice@example.com, bob@example.com and admin@example.com with published passwords; otherwise the start is refused while one of them can log in. Absent: `true` only if Redis and PostgreSQL are both private.', examples: ['false'] })),
    SESSION_IDLE_SECONDS: integer(1, 31_536_000, 3600, 'A session ends when it was not used for this long (sliding).'),
    SESSION_ABSOLUTE_SECONDS: integer(1, 31_536_000, 86_400, 'A session ends this long after login, whatever happens.'),
    REMEMBER_ME_IDLE_SECONDS: integer(1, 31_536_000, 1_209_600, 'The same as SESSION_IDLE_SECONDS for a login with `rememberMe`.'),
    REMEMBER_ME_SECONDS: integer(1, 31_536_000, 2_592_000, 'The same as SESSION_ABSOLUTE_SECONDS for a login with `rememberMe`.'),
    SESSION_LIFETIMES: optionalText('Further lifetime profiles that a login may choose by name (`lifetime`): `name:idle/absolute` in seconds, comma-separated.', 'tv:7776000/31536000,kiosk:300/3600'),
    SESSION_LIMIT: integer(1, MOST_SESSIONS, 100, 'Live sessions that a user may have, at most 1,000.'),
    SESSION_LIMIT_BY_DEVICE_TYPE: optionalText(`Live sessions that a user may have on devices of one type, beside SESSION_LIMIT: \`type:limit\`, comma-separated, each limit at most 1,000; the types, read from the user agent, are ${deviceTypes.join(', ')}.`, 'tv:2,mobile:5'),
    SESSION_LIMIT_POLICY: oneOf(['evict-oldest', 'evict-idle', 'deny'], 'evict-oldest', 'What a login over a limit does: ends the session that was opened first (`evict-oldest`) or unused for longest (`evict-idle`), or is refused with 409 `session_limit_reached` (`deny`).'),
    SESSION_GUARD_SECONDS: integer(0, 2_592_000, 0, 'How long a session whose device was not known at login ends no older session of its account, and changes no accounts and no keys if it is an administrator’s; from then on it may once it has proven the password again (403 `session_too_young`, `reauthentication_required`). A login from such a device ends none. 0: off.'),
    CAPTURE_ADDRESS: oneOf(['full', 'masked', 'off'], 'full', 'How much of the addresses of its login and its last use is kept with a session, and of any address in the log: all, the network (`masked`: IPv4 /24, IPv6 /64), or nothing.'),
    CAPTURE_USER_AGENT: oneOf(['full', 'masked', 'off'], 'full', 'The same for the user agent, which is never logged; `masked` keeps the family, such as Chrome.'),
    BINDING_NETWORK: oneOf(['off', 'observe', 'step-up', 'enforce'], 'observe', 'What happens when a session is used from another network than before (IPv4 /24, IPv6 /64): nothing, an entry in the history, 403 `reauthentication_required` until the password is proven, or the end of the session.'),
    BINDING_CLIENT: oneOf(['off', 'observe', 'step-up', 'enforce'], 'observe', 'The same when the family or platform in the user agent is another one; an update is none.'),
    BINDING_DEVICE: oneOf(['off', 'observe', 'step-up', 'enforce'], 'observe', 'The same when a session that was opened with a `deviceId` is used with another one in the header `x-device-id`; no header is no change.'),
    ROTATION_GRACE_SECONDS: integer(0, 300, 30, 'How long a predecessor credential works after its successor was first used.'),
    ROTATION_INTERVAL_SECONDS: integer(0, 31_536_000, 900, 'Age from which a credential is replaced by policy: that of a session by cookie, and of one whose login asked for it with `rotate`; 0: never.'),
    TOUCH_INTERVAL_MS: integer(0, 60_000, 1000, 'A session in use is written at most once in this time; idle expiry may be late by it, never early.'),
    NEAR_CACHE_MS: integer(0, 1000, 1000, 'How long an instance may repeat what Redis said of a credential without asking again, as long as it hears of every change and none concerns it; 0: it asks each time.'),
    NEAR_CACHE_ENTRIES: integer(1, 10_000_000, 20_000, 'Credentials of which it remembers that.'),
    NEAR_CACHE_BYTES: integer(65_536, 17_179_869_184, 33_554_432, 'Bytes that it takes for them, roughly.'),
    DATA_MAX_KEYS: integer(1, 512, 64, 'Session data: keys a session may hold. One request changes at most twice as many.'),
    DATA_MAX_KEY_BYTES: integer(1, 256, 64, 'Session data: bytes of a key.'),
    DATA_MAX_VALUE_BYTES: integer(2, 1_048_576, 4096, 'Session data: bytes of one value as JSON.'),
    DATA_MAX_BYTES: integer(2, 4_194_304, 16_384, 'Session data: bytes of all keys and values of a session.'),
    USER_DATA_SECONDS: integer(60, 31_536_000, 2_592_000, 'How long what the devices of a user share (`/me/data`) stays after the user’s last session; the caps of session data hold for it too.'),
    CHANNEL_LIMITS: optionalText('How many sessions of a user may have a place in a channel at once (`/me/leases/:channel`): `channel:limit`, comma-separated, each limit at most 100. Absent: there are no such channels.', 'streams:3'),
    LEASE_SECONDS: integer(5, 3600, 60, 'How long such a place is kept for a session that does not renew its lease.'),
    ACTIVITY_MAX_ENTRIES: integer(10, 1000, 200, 'History: events kept for a user; the oldest go first.'),
    ACTIVITY_RETENTION_SECONDS: integer(60, 31_536_000, 7_776_000, 'History: how long an event is kept. 90 days: longer than a session lives by default, and long enough to look into something that was noticed late.'),
    ENDED_SESSIONS_SECONDS: integer(60, 31_536_000, 604_800, 'History: how long `GET /sessions?ended=true` shows a session that has ended.'),
    IDEMPOTENCY_SECONDS: integer(60, 2_592_000, 86_400, 'How long the answer to another service’s request with an `Idempotency-Key` is kept, encrypted, for those who repeat it.'),
    BCRYPT_COST: Type.Optional(Type.Integer({ minimum: 4, maximum: 16, description: 'bcrypt cost of hashes, demo accounts included; stored ones follow at the next login of their account. Absent: 12, demo accounts 10.', examples: ['12'] })),
    HASH_THREADS: Type.Optional(Type.Integer({ minimum: 1, maximum: 64, description: 'Worker threads that hash passwords. Absent: one a core.', examples: ['2'] })),
    HASH_QUEUE_LIMIT: integer(1, 10_000, 128, 'Passwords that may wait for a hashing thread, and as many again from known devices and live sessions; more are answered 503 `login_busy`, as is one that has waited 0.6 × SHUTDOWN_SECONDS, at most 8 s.'),
    LOGIN_ACCOUNT_FAILURES: integer(1, 1_000_000_000, 10, 'Failed logins of an account that are let in; after the last of them, and after each further one, it has to wait: 1, 2, 4 … seconds (429 `too_many_attempts`).'),
    LOGIN_ACCOUNT_WAIT_SECONDS: integer(1, 86_400, 900, 'The longest of these waits.'),
    LOGIN_ACCOUNT_WINDOW_SECONDS: integer(1, 2_592_000, 86_400, 'How long after its first failed login an account starts afresh.'),
    LOGIN_DEVICE_FAILURES: integer(1, 1_000_000_000, 10, 'The same as LOGIN_ACCOUNT_FAILURES for logins from one known device, and passwords proven with one session, which are not counted by account, address or in all.'),
    LOGIN_DEVICE_WAIT_SECONDS: integer(1, 86_400, 900, 'The longest of its waits.'),
    LOGIN_DEVICE_WINDOW_SECONDS: integer(1, 2_592_000, 86_400, 'How long after its first failed login a known device starts afresh.'),
    DEVICE_TOKEN_SECONDS: integer(60, 34_560_000, 31_536_000, 'How long a device is known after a login from it. Browsers keep a cookie for 400 days at most.'),
    LOGIN_ADDRESS_FAILURES: integer(1, 1_000_000_000, 100, 'Failed logins from one address (IPv6: one /64) within LOGIN_WINDOW_SECONDS.'),
    LOGIN_GLOBAL_FAILURES: integer(0, 1_000_000_000, 10_000, 'Failed logins in all within LOGIN_WINDOW_SECONDS; 0: without limit.'),
    LOGIN_WINDOW_SECONDS: integer(1, 86_400, 600, 'How long after the first failed login from an address, and in all, the count starts afresh.'),
    INVALID_CREDENTIALS_PER_ADDRESS: integer(0, 1_000_000_000, 1000, 'Requests with an invalid credential that are let in from one address (IPv6: one /64) within INVALID_CREDENTIALS_WINDOW_SECONDS; further ones are answered 429 `too_many_attempts`. 0: without limit.'),
    INVALID_CREDENTIALS_WINDOW_SECONDS: integer(1, 86_400, 60, 'How long after the first of them the count starts afresh.'),
    EVENTS_HEARTBEAT_SECONDS: integer(1, 300, 20, 'Live events: how often a connection says that it is there. A socket from which nothing has come since the last time but one is ended.'),
    EVENTS_PER_SESSION: integer(1, 1000, 8, 'Live events: connections of one session to one instance.'),
    EVENTS_PER_USER: integer(1, 10_000, 64, 'Live events: connections of one user to one instance.'),
    ANONYMOUS_SESSIONS_PER_ADDRESS: integer(0, 1_000_000_000, 100, 'Sessions without a login (POST /session/anonymous) that may be opened from one address (IPv6: one /64) within ANONYMOUS_SESSIONS_WINDOW_SECONDS; further ones are answered 429 `too_many_sessions`. 0: none.'),
    ANONYMOUS_LIFETIME: Type.String({ default: 'default', pattern: '^[a-z][A-Za-z0-9]{0,31}$', form: 'the name of a lifetime profile', description: 'Lifetime profile of sessions without a login: `default`, `rememberMe`, or one of SESSION_LIFETIMES.', examples: ['rememberMe'] }),
    ANONYMOUS_SESSIONS_WINDOW_SECONDS: integer(1, 86_400, 3600, 'How long after the first of them the count starts afresh.'),
    REDIS_TIMEOUT_MS: integer(50, 900, 400, 'Time a Redis command may take before the answer is 503.'),
    DATABASE_TIMEOUT_MS: integer(50, 900, 700, 'Time a PostgreSQL query may take before the answer is 503.'),
    SHUTDOWN_SECONDS: integer(1, 300, 10, 'Time that running requests get to finish when the service stops.'),
    TRUST_PROXY: optionalText('Proxies whose `X-Forwarded-For` is believed: addresses or CIDR blocks, comma-separated. Absent: nobody. `true` and hop counts are refused: they believe addresses that a client can forge.', '10.0.0.0/8,fd00::/8'),
    METRICS_PORT: Type.Optional(Type.Integer({ minimum: 0, maximum: 65535, description: 'Port on which `GET /metrics` answers Prometheus, of its own and never the public one; 0 takes a free one, which the log tells. Absent: nothing is measured.', examples: ['9464'] })),
    METRICS_HOST: Type.String({ default: '127.0.0.1', minLength: 1, description: 'Address to listen on for METRICS_PORT. Whoever reaches it can read the figures.', examples: ['127.0.0.1'] }),
    TOKEN_AUDIENCES: optionalText('For whom POST /session/token makes tokens that others verify without asking (`aud`): names or URIs, comma-separated. Absent: for nobody.', 'shop,https://api.example.com', {
        pattern: '^[!-+\\--~]{1,128}(,[!-+\\--~]{1,128})*$', form: 'a comma-separated list of names or URIs without spaces, each of at most 128 characters'
    }),
    TOKEN_ISSUER: optionalText('The public URL of the service, which tokens name as their issuer (`iss`), and assertions of other services as whom they are for (`aud`). Required with TOKEN_AUDIENCES; absent: `http://127.0.0.1:3000` if Redis and PostgreSQL are both private.', 'https://sessions.example.com', {
        maxLength: 200, pattern: '^https?://[^\\s/?#]+$', form: 'an http or https URL without a path'
    }),
    TOKEN_SECONDS: integer(60, 300, 120, 'How long such a token is good at most; never longer than its session. Up to a tenth less, so that not all expire together.'),
    CORS_ORIGINS: optionalText('Origins whose pages may use the service from a browser, comma-separated, each exactly as browsers send it. Absent: pages of the service itself only.', 'https://shop.example.com,https://admin.example.com'),
    COOKIE_SECURE: Type.Optional(Type.Boolean({ description: 'Whether browsers reach the service by HTTPS. `true`: the session cookie is `__Host-session` with `Secure`. `false`: it is `session` and crosses plain HTTP, for local runs only; a request that came by HTTPS still gets the other. Absent: `false` only if Redis and PostgreSQL are both private.', examples: ['true'] })),
    KEY_PREFIX: Type.String({ default: '', maxLength: 64, pattern: '^[^{}\\s*?\\[\\]\\\\]*$', form: 'at most 64 characters without spaces and none of { } * ? [ ] \\', description: 'Put before every Redis key.', examples: ['prod:'] }),
    LOG_LEVEL: oneOf(['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'], 'info', 'pino level: trace, debug, info, warn, error, fatal or silent.')
});
//# sourceMappingURL=schema.js.map