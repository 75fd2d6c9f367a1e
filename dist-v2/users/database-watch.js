import { ServiceError } from "../sessions/errors.js";
/**
 * The same queries. `onOutage` is told the cause when the first one gets no answer, and `onReturn` when one is answered again: once
 * each, however many ask meanwhile.
 */
export function watchDatabase({ query }, { onOutage, onReturn }) {
    let isUp = true;
    function failed(error) {
        if (!isUp || !(error instanceof ServiceError))
            return;
        isUp = false;
        onOutage(error.cause);
    }
    function answered() {
        if (!isUp)
            onReturn();
        isUp = true;
    }
    return {
        query(text, values) {
            const rows = query(text, values);
            rows.then(answered, failed);
            return rows;
        }
    };
}
//# sourceMappingURL=database-watch.js.map