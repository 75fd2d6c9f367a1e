/** What a hashing thread runs; hasher.ts sends it the work. */
import { lowerThreadPriority } from "./thread-priority.js";
export { verifyLevelled } from "./levelling.js";
export { hashPassword } from "./scheme.js";
lowerThreadPriority();
//# sourceMappingURL=worker.js.map