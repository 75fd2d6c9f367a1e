/** Where the private servers report to; a pino logger fits. */
export interface EmbeddedLog {
  info (details: object, message: string): void
  error (details: object, message: string): void
}
