/** Settings for tests that fail to log in, send invalid credentials, or begin without a login more often than anybody may. */
export const unlimitedLogins = { LOGIN_ACCOUNT_FAILURES: '1000000000', LOGIN_ADDRESS_FAILURES: '1000000000', LOGIN_DEVICE_FAILURES: '1000000000', LOGIN_GLOBAL_FAILURES: '0', INVALID_CREDENTIALS_PER_ADDRESS: '0', ANONYMOUS_SESSIONS_PER_ADDRESS: '1000000000' }
