/** What a visitor of /docs reads first, and the groups of routes in the order in which they are tried. */
export const description = [
    'Who is logged in, where, and until when.',
    '',
    'Try it: **POST /login** with the example, copy `sessionId` from the answer, press **Authorize** and paste it as `sessionId`.',
    'From then on every request below carries it.',
    '',
    'What is told through a WebSocket or as server-sent events (**GET /session/events**) has a document of its own: [asyncapi.json](/asyncapi.json).',
    '',
    'Every error is `application/problem+json` (RFC 9457) with a stable `code`. Times are epoch milliseconds as decimal strings.'
].join('\n');
export const tags = [
    { name: 'Log in', description: 'Start a session, see who you are, end it.' },
    { name: 'This session', description: 'Deadlines and data of the session that you are using.' },
    { name: 'Shared by my devices', description: 'What all sessions of your account see and change together.' },
    { name: 'My devices', description: 'Every session of your account: list them, end one, end all.' },
    { name: 'Gateways', description: 'For what stands in front of other services and asks whether a request may pass.' },
    { name: 'Other services', description: 'For services that a request reaches with the credential of its user: they authenticate with a key of their own.' },
    { name: 'Operation', description: 'For those who run the service.' }
];
//# sourceMappingURL=docs-text.js.map