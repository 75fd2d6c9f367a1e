import { Server } from 'node:http';
/**
 * The requests of a server that ask for a WebSocket at that path, as `upgrade` events. Whoever asks for anything else instead of HTTP/1.1 is answered as if it had not (RFC 9110
 * section 7.8): Node takes every such request out of HTTP as soon as somebody wants one of them.
 */
export function webSocketUpgrades(server, path) {
    // It listens nowhere.
    const upgrades = new Server();
    server.on('upgrade', (request, socket, head) => {
        if (!isMeant(request, path))
            return giveBack(server, request, socket, head);
        // None is waited for when the service stops.
        if (!upgrades.emit('upgrade', request, socket, head))
            socket.destroy();
    });
    return upgrades;
}
function isMeant({ method, url, headers: { upgrade } }, path) {
    return method === 'GET' && url?.split('?')[0] === path && upgrade?.toLowerCase() === 'websocket';
}
/** The connection goes on with the same request, without what asked for the upgrade. */
function giveBack(server, { method, url, httpVersion, rawHeaders }, socket, head) {
    const lines = [`${method} ${url} HTTP/${httpVersion}`];
    for (let i = 0; i < rawHeaders.length; i += 2) {
        const [name, value] = [String(rawHeaders[i]), String(rawHeaders[i + 1])];
        if (/^connection$/i.test(name))
            lines.push(`${name}: ${value.split(',').filter(option => !/^\s*(upgrade|http2-settings)\s*$/i.test(option)).join()}`);
        else if (!/^(upgrade|http2-settings)$/i.test(name))
            lines.push(`${name}: ${value}`);
    }
    socket.unshift(Buffer.concat([Buffer.from(`${lines.join('\r\n')}\r\n\r\n`, 'latin1'), head]));
    server.emit('connection', socket);
}
//# sourceMappingURL=upgrades.js.map