import { fileURLToPath } from 'node:url'

/** The first line of a script that uses curl: a fresh machine may have none. */
export const curl = `command -v curl >/dev/null || curl () { '${process.execPath}' '${fileURLToPath(new URL('curl.mjs', import.meta.url))}' "$@"; }\n`
