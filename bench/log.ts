/** Where the private servers report to. */
export const log = {
  info: () => {},
  error: (details: object, message: string) => console.error(message, details)
}
