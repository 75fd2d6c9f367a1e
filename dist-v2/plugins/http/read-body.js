import { finished } from 'node:stream';
import { errorCodes } from 'fastify';
const nothing = Buffer.alloc(0);
/**
 * Reads whole bodies, of at most the route's limit. Nearly every one has come together with its headers: it is there as soon as Node is through with what has come in this turn, and is taken
 * as it is, which costs half of what it does to listen for its pieces and its end.
 */
export function readBody(request, payload, done) {
    const limit = request.routeOptions.bodyLimit;
    if (Number(request.headers['content-length']) > limit)
        return done(new errorCodes.FST_ERR_CTP_BODY_TOO_LARGE(), nothing);
    if (payload.complete)
        return take(payload, limit, done);
    // Node hands over the headers before it looks at what is behind them.
    process.nextTick(() => payload.complete ? take(payload, limit, done) : collect(request, payload, limit, done));
}
function take(payload, limit, done) {
    const body = payload.read() ?? nothing;
    if (body.length > limit)
        done(new errorCodes.FST_ERR_CTP_BODY_TOO_LARGE(), nothing);
    else
        done(null, body);
}
function collect({ headers: { 'content-length': announced } }, payload, limit, done) {
    const pieces = [];
    let length = 0;
    function end(error, body = nothing) {
        payload.off('data', add);
        forget();
        done(error, body);
    }
    function add(piece) {
        length += piece.length;
        pieces.push(piece);
        if (length > limit)
            end(new errorCodes.FST_ERR_CTP_BODY_TOO_LARGE());
    }
    const forget = finished(payload, { writable: false }, error => {
        const isWhole = error == null && (announced === undefined || Number(announced) === length);
        end(isWhole ? null : new errorCodes.FST_ERR_CTP_INVALID_CONTENT_LENGTH(), Buffer.concat(pieces, length));
    });
    payload.on('data', add);
}
//# sourceMappingURL=read-body.js.map