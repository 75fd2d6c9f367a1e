/** What a hashing thread runs; hasher.ts sends it the work. */
import { lowerThreadPriority } from './thread-priority.ts'

export { verifyLevelled } from './levelling.ts'
export { hashPassword } from './scheme.ts'

lowerThreadPriority()
