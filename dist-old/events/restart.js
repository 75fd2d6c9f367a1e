/** Clients of an instance that stops come back spread over this time, after the least of it. */
const LEAST_RETRY_MS = 500;
const MOST_RETRY_MS = 5000;
/** In how many milliseconds one of them comes back: another number each time. */
export function restartRetryMs() {
    return Math.round(LEAST_RETRY_MS + Math.random() * (MOST_RETRY_MS - LEAST_RETRY_MS));
}
//# sourceMappingURL=restart.js.map