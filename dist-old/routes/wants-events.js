/** Whether the answer is to go on, as server-sent events; a weight of 0 says that it is not (RFC 9110 section 12.4.2). */
export function wantsEvents({ headers: { accept = '' } }) {
    return accept.split(',').some(range => {
        const [type, ...parameters] = range.split(';').map(part => part.trim().toLowerCase());
        return type === 'text/event-stream' && !parameters.some(parameter => /^q=0(\.0*)?$/.test(parameter));
    });
}
//# sourceMappingURL=wants-events.js.map