export { createClient, type Answer, type Client, type ClientOptions } from './client.ts'
export { SessionServiceError, type Problem } from './errors.ts'
export { createGuard, type Demands, type Guard, type GuardOptions } from './guard.ts'
export { createVerifier, type Verdict, type Verifier, type VerifierOptions } from './verifier.ts'
