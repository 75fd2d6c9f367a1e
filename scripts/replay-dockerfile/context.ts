import { cpSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

/**
 * Copies what a build may see of a folder. Of .dockerignore only the form that we use is understood: `*` first, then `!path` for
 * each path that is let in; anything else throws, so that this never passes what Docker would leave out.
 */
export function copyContext (folder: string, target: string): void {
  const [first, ...rest] = readFileSync(join(folder, '.dockerignore'), 'utf8').split('\n').filter((line) => line !== '' && !line.startsWith('#'))
  if (first !== '*') throw new Error('.dockerignore does not begin by leaving everything out')
  for (const line of rest) {
    if (!/^![\w./-]+$/.test(line)) throw new Error(`.dockerignore: ${line} is a form that the replay does not understand`)
    cpSync(join(folder, line.slice(1)), join(target, line.slice(1)), { recursive: true })
  }
}
