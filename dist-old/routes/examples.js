/** What the documentation shows: one visitor, alice, with two devices. No credential of these opens anything. */
export const exampleId = '3f2a8c1e-5b7d-4e9f-8a6b-1c2d3e4f5a6b';
export const exampleCredential = `${exampleId}.1.q8Zs3vT0yXbK7mPd2WnLRg4hJc6fUe1oAi9tSx5zQwErTyUiOpAsDfGhJkLzXcVb`;
export const exampleDeviceToken = 'd1.1704067200.q8Zs3vT0yXbK7mPd2WnLRg4hJc6fUe1oAi9tSx5zQwErTyUiOpAsDfGhJkLzXcVb';
/** What takes the place of exampleCredential when the password was proven. */
export const exampleReplacement = '3f2a51d7-0e84-4c3b-9d12-7b6f8a90c1e2.1.Zt4Kq9WcX2bNfH7sPmY1vRgD6eJ8uLo3aQi5TxCyE0wBnMvFhGjSkUrAlPzOdIt';
export const exampleUser = { id: 1, email: 'alice@example.com', name: 'Alice' };
/** An account, as administrators see it. */
export const exampleAccount = { id: 2, email: 'bob@example.com', name: 'Bob', roles: [], disabled: false, createdAt: '1704067000000' };
export const exampleTimes = {
    createdAt: '1704067200000',
    lastAccessedAt: '1704067210000',
    authenticatedAt: '1704067200000',
    idleExpiresAt: '1704070810000',
    absoluteExpiresAt: '1704153600000',
    expiresAt: '1704070810000',
    expiresBy: 'idle'
};
export const exampleDescription = {
    sessionId: exampleId,
    ...exampleTimes,
    lifetime: 'default',
    ipAddress: '192.168.1.100',
    userAgent: 'curl/8.5.0',
    lastIpAddress: '192.168.1.100',
    lastUserAgent: 'curl/8.5.0',
    current: true,
    device: { browser: 'curl', os: 'unknown', type: 'unknown' }
};
export const exampleOtherDescription = {
    ...exampleDescription,
    sessionId: '3f2ad05b-9c41-4f7e-b2a8-60e1d7c3f982',
    createdAt: '1704067100000',
    lastAccessedAt: '1704067150000',
    authenticatedAt: '1704067100000',
    idleExpiresAt: '1704070750000',
    absoluteExpiresAt: '1704153500000',
    expiresAt: '1704070750000',
    userAgent: 'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0.0.0 Safari/537.36',
    lastIpAddress: '198.51.100.9',
    lastUserAgent: 'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/127.0.0.0 Safari/537.36',
    current: false,
    deviceName: 'Work laptop',
    capabilities: ['4K', 'HDR10+'],
    device: { browser: 'Chrome', os: 'Windows', type: 'desktop' }
};
export const exampleEnded = {
    sessionId: exampleOtherDescription.sessionId,
    endedAt: '1704067260000',
    reason: 'ended_by_user',
    actor: exampleId,
    createdAt: exampleOtherDescription.createdAt,
    lastAccessedAt: exampleOtherDescription.lastAccessedAt,
    lifetime: 'default',
    ipAddress: '192.168.1.100',
    userAgent: exampleOtherDescription.userAgent,
    current: false,
    device: exampleOtherDescription.device
};
export const exampleEvent = {
    id: '1704067260000',
    at: '1704067260000',
    event: 'ended',
    sessionId: exampleOtherDescription.sessionId,
    details: { reason: 'ended_by_user', actor: exampleId }
};
/** A service, as administrators see it, and a key that opens nothing. */
export const exampleCaller = {
    name: 'shop',
    scopes: ['sessions:introspect'],
    dataPrefix: '',
    createdAt: '1704067000000',
    keys: [{ id: '0a1b2c3d4e5f6071', createdAt: '1704067000000', lastUsedAt: '1704067210000' }]
};
/** Of a pair whose private half was thrown away. */
export const examplePublicKey = { kty: 'EC', crv: 'P-256', x: 'v_yHgi-BqyFdX8xmeaywU1NsnVZPf3zdUll7pTZsJ7o', y: '58iK1VyTBuDZQfzqoJ_Kiat46NdgOSb2PIS10H71B28' };
export const exampleServiceKey = 'ssk_0a1b2c3d4e5f6071_q8Zs3vT0yXbK7mPd2WnLRg4hJc6fUe1oAi9tSx5zQwE';
/** Signed by nobody. */
export const exampleToken = 'eyJhbGciOiJFZERTQSIsInR5cCI6InNlc3Npb24rand0In0.eyJzdWIiOiIxIn0.AAAA';
//# sourceMappingURL=examples.js.map