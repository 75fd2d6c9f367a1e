/** One step of a JSON pointer (RFC 6901): a slash and the name, escaped. */
export function pointerTo (name: string): string {
  return `/${name.replaceAll('~', '~0').replaceAll('/', '~1')}`
}
