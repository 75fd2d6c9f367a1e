/**
 * What is wrong with DEBUG, or null. The Redis client listens to it (npm package `debug`) and then prints every command with
 * its arguments, the password of Redis and session data among them.
 */
export function debugFault (text: string | undefined): string | null {
  const enabled = (text ?? '').split(/[\s,]+/).filter(name => !name.startsWith('-'))
  return enabled.some(name => name.startsWith('*') || name.startsWith('ioredis'))
    ? 'makes the Redis client print every command with its arguments, passwords and session data included'
    : null
}
