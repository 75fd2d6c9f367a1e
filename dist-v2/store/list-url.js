const SYNTAX = /^([^:]+):\/\/(?:([^:@/]*):([^@/]*)@)?([^/?]+)\/?([^?]*)\??(.*)$/;
/**
 * `scheme://user:password@host:port,host:port/path?query`: what the URL standard has no form for.
 * @throws if there is no host in it; the message does not repeat it, it may hold a password
 */
export function parseListUrl(text, defaultPort) {
    const [, scheme, username, password, hosts, path = '', query] = SYNTAX.exec(text) ?? [];
    if (hosts === undefined)
        throw new Error('REDIS_URL names no host, such as redis+cluster://host:6379,host:6380');
    return {
        nodes: hosts.split(',').map(entry => nodeOf(entry, defaultPort)),
        username: decoded(username),
        password: decoded(password),
        path,
        query: new URLSearchParams(query),
        tls: scheme?.startsWith('rediss') ? {} : undefined
    };
}
function nodeOf(entry, defaultPort) {
    const [host = '', port] = entry.split(/:(\d+)$/);
    return { host: host.replace(/^\[|\]$/g, ''), port: port === undefined ? defaultPort : Number(port) };
}
function decoded(text) {
    return text === undefined || text === '' ? undefined : decodeURIComponent(text);
}
//# sourceMappingURL=list-url.js.map