/** Answers of each half, unless it is said: when the younger one is full it becomes the older one, and what was that is forgotten. */
const MOST = 10_000;
export function remembered(find, most = MOST) {
    let older = new Map();
    let younger = new Map();
    function keep(text, answer) {
        if (younger.size === most)
            [older, younger] = [younger, new Map()];
        younger.set(text, answer);
        return answer;
    }
    return (text) => {
        const known = younger.get(text);
        if (known !== undefined)
            return known;
        const before = older.get(text);
        if (before !== undefined)
            return keep(ownCopy(text), before);
        const own = ownCopy(text);
        const answer = find(own);
        return answer === null ? null : keep(own, answer);
    };
}
/** A text that is cut out of a longer one, a header, keeps all of that in memory; this one does not, nor what is cut out of it. */
function ownCopy(text) {
    return Buffer.from(text).toString();
}
//# sourceMappingURL=remembered.js.map