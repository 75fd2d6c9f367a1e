import { randomBytes } from 'node:crypto'
import t from 'tap'
import { ConfigError, loadConfig } from '../src/config.ts'
import { ConfigSchema } from '../src/config/schema.ts'

const keys = `k1:${randomBytes(32).toString('base64url')}`
const outside = { REDIS_URL: 'redis://cache.example', DATABASE_URL: 'postgres://db.example/app', SESSION_KEYS: keys }

/** The faults of an environment by variable. */
function faultsOf (env: Record<string, string>): Record<string, string> {
  try {
    loadConfig(env)
    return {}
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error
    return Object.fromEntries(error.faults.map(({ variable, problem }) => [variable, problem]))
  }
}

t.test('tokens that others verify need a name that they know, unless everything is private', async t => {
  const env = { REDIS_URL: 'redis://localhost', DATABASE_URL: 'postgres://localhost/x', SESSION_KEYS: `k1:${Buffer.from(Array.from({ length: 32 }, (_, i) => i)).toString('base64url')}`, TOKEN_AUDIENCES: 'shop' }
  t.throws(() => loadConfig(env), /TOKEN_ISSUER.*is required with TOKEN_AUDIENCES/s)
  for (const issuer of ['sessions.example.com', 'https://a.example/b', 'https://a.example/', 'https://a.example?x']) t.throws(() => loadConfig({ ...env, TOKEN_ISSUER: issuer }), /TOKEN_ISSUER.*without a path/s)
  t.match(loadConfig({ ...env, TOKEN_ISSUER: 'https://sessions.example.com' }), { TOKEN_ISSUER: 'https://sessions.example.com', TOKEN_SECONDS: 120 })
  t.match(loadConfig({ TOKEN_AUDIENCES: 'shop' }), { TOKEN_AUDIENCES: 'shop' })
  for (const audiences of ['a b', 'a,', ',a', 'é']) t.throws(() => loadConfig({ ...env, TOKEN_ISSUER: 'https://a.example', TOKEN_AUDIENCES: audiences }), /TOKEN_AUDIENCES/)
})

t.test('sessions without a login have a lifetime profile that there is', t => {
  t.match(faultsOf({ ANONYMOUS_LIFETIME: 'nothing' }), { ANONYMOUS_LIFETIME: /name of a lifetime profile/ })
  t.match(loadConfig({ ANONYMOUS_LIFETIME: 'guest', SESSION_LIFETIMES: 'guest:60/600' }), { ANONYMOUS_LIFETIME: 'guest' })
  t.strictSame(Object.keys(faultsOf({ ANONYMOUS_LIFETIME: 'guest', SESSION_LIFETIMES: 'guest' })), ['SESSION_LIFETIMES'])
  t.end()
})

t.test('nothing set is a private service with its defaults and demo accounts', t => {
  const config = loadConfig({})
  t.match(config, {
    PORT: 3000,
    HOST: '127.0.0.1',
    DATA_DIR: '.data',
    DEMO_USERS: true,
    SESSION_IDLE_SECONDS: 3600,
    SESSION_ABSOLUTE_SECONDS: 86_400,
    ROTATION_GRACE_SECONDS: 30,
    TOUCH_INTERVAL_MS: 1000,
    DATA_MAX_KEYS: 64,
    DATA_MAX_KEY_BYTES: 64,
    DATA_MAX_VALUE_BYTES: 4096,
    DATA_MAX_BYTES: 16_384,
    USER_DATA_SECONDS: 2_592_000,
    LEASE_SECONDS: 60,
    KEY_PREFIX: '',
    LOG_LEVEL: 'info'
  })
  t.strictSame([config.REDIS_URL, config.DATABASE_URL, config.SESSION_KEYS, config.TRUST_PROXY], [undefined, undefined, undefined, undefined])
  t.end()
})

t.test('empty variables count as absent, unknown ones are not read, spaces around a value are no part of it', t => {
  t.strictSame(loadConfig({ PORT: '', REDIS_URL: ' ', SHELL: '/bin/sh' }), loadConfig({}))
  t.equal(loadConfig({ PORT: ' 8080 ' }).PORT, 8080)
  t.end()
})

t.test('with a Redis or PostgreSQL of one’s own a keyring is required, there are no demo accounts unless asked for, and the cookie is for HTTPS', t => {
  t.equal(loadConfig(outside).DEMO_USERS, false)
  t.equal(loadConfig({ ...outside, DEMO_USERS: 'true' }).DEMO_USERS, true)
  t.equal(loadConfig({ DEMO_USERS: 'false' }).DEMO_USERS, false)
  t.strictSame([loadConfig({}), loadConfig(outside), loadConfig({ COOKIE_SECURE: 'true' }), loadConfig({ ...outside, COOKIE_SECURE: 'false' })].map(config => config.COOKIE_SECURE), [false, true, true, false])
  for (const part of ['REDIS_URL', 'DATABASE_URL'] as const) {
    t.match(faultsOf({ [part]: outside[part] }), { SESSION_KEYS: /is required.*node -p/ })
    t.equal(loadConfig({ [part]: outside[part], SESSION_KEYS: keys }).DEMO_USERS, false)
  }
  t.match(faultsOf({ ...outside, SESSION_KEYS: 'k1:c2hvcnQ' }), { SESSION_KEYS: /shorter/ })
  t.match(faultsOf({ SESSION_KEYS: 'k1:c2hvcnQ' }), { SESSION_KEYS: /shorter/ }, 'a weak key is refused in a private run too')
  t.end()
})

t.test('numbers and flags are read strictly', t => {
  t.match(loadConfig({ PORT: '0', SESSION_IDLE_SECONDS: '60', INSTALL_REDIS: 'false', BCRYPT_COST: '4' }), { PORT: 0, SESSION_IDLE_SECONDS: 60, INSTALL_REDIS: false, BCRYPT_COST: 4 })
  for (const port of ['80a', '1e3', '0x50', '3000.5', '-1', '65536', '+80', '９', '99999999999999999999']) t.match(faultsOf({ PORT: port }), { PORT: /./ }, port)
  for (const flag of ['yes', '1', 'TRUE', 'True']) t.match(faultsOf({ DEMO_USERS: flag }), { DEMO_USERS: /./ }, flag)
  t.end()
})

t.test('every fault is told at once, with variable, problem and example, and without the values', t => {
  const env = { PORT: 'http', LOG_LEVEL: 'loud', REDIS_URL: 'http://secret-host', TRUST_PROXY: 'true', CORS_ORIGINS: '*', KEY_PREFIX: 'a{b}', SESSION_KEYS: 'hunter2' }
  t.throws(() => loadConfig(env), { name: 'ConfigError', message: /^The configuration has 7 faults:\n/ })
  try {
    loadConfig(env)
  } catch (error) {
    t.ok(error instanceof ConfigError)
    const { message, faults } = error as ConfigError
    t.strictSame(faults.map(({ variable }) => variable).sort(), Object.keys(env).sort())
    for (const { variable, problem, example } of faults) t.ok(message.includes(`${variable}: ${problem} (for example ${variable}=${example})`), variable)
    t.notMatch(message, /secret-host|hunter2|loud/)
  }
  t.throws(() => loadConfig({ PORT: 'http' }), { message: /^The configuration has 1 fault:\n {2}PORT: .+ \(for example PORT=3000\)$/ })
  t.end()
})

t.test('a fault says in words what the value must be', t => {
  t.strictSame(faultsOf({ PORT: '65536', LOG_LEVEL: 'loud', INSTALL_REDIS: 'no', KEY_PREFIX: 'a{', DATABASE_URL: 'mysql://h', SESSION_KEYS: keys }), {
    PORT: 'must be a whole number from 0 to 65535',
    LOG_LEVEL: 'must be one of trace, debug, info, warn, error, fatal, silent',
    INSTALL_REDIS: 'must be true or false',
    KEY_PREFIX: 'must be at most 64 characters without spaces and none of { } * ? [ ] \\',
    DATABASE_URL: 'must be a postgres:// or postgresql:// URL'
  })
  t.end()
})

t.test('each text that can be wrong has its form in words', t => {
  const texts = Object.entries(ConfigSchema.properties).filter(([, schema]) => 'pattern' in schema || 'maxLength' in schema)
  t.ok(texts.length > 0)
  for (const [name, schema] of texts) t.ok('form' in schema, name)
  t.end()
})

t.test('addresses of Redis and PostgreSQL are those that the service can speak to', t => {
  for (const url of ['redis://h', 'rediss://:p@h:1/2', 'redis+sentinel://a,b/m', 'redis+cluster://a:1,b:2', 'unix:///run/r.sock']) {
    t.equal(loadConfig({ ...outside, REDIS_URL: url }).REDIS_URL, url)
  }
  for (const url of ['postgres://h/d', 'postgresql://u:p@h/d']) t.equal(loadConfig({ ...outside, DATABASE_URL: url }).DATABASE_URL, url)
  for (const url of ['h:6379', 'http://h', 'redis:', 'redis://', 'Redis://h']) t.match(faultsOf({ ...outside, REDIS_URL: url }), { REDIS_URL: /./ }, url)
  for (const url of ['mysql://h', 'postgres://', 'h']) t.match(faultsOf({ ...outside, DATABASE_URL: url }), { DATABASE_URL: /./ }, url)
  t.end()
})
