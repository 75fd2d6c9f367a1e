/** What a service may be allowed to ask and do, one word a kind of it. None includes another. */
export const scopes = [
    'sessions:introspect',
    'sessions:read',
    'sessions:create',
    'sessions:write',
    'sessions:revoke',
    'tokens:issue',
    'admin'
];
export function isScope(word) {
    return scopes.includes(word);
}
//# sourceMappingURL=scope.js.map