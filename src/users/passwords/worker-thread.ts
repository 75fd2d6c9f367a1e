import { createRequire } from 'node:module'
import { extname } from 'node:path'
import { fileURLToPath } from 'node:url'

/**
 * The worker file beside the given module and the Node options its thread needs: JavaScript once built, TypeScript
 * before. tsx handles the main thread only, so a thread of sources loads it for itself.
 */
export function workerThread (moduleUrl: string): { filename: string, execArgv: string[] } {
  const extension = extname(moduleUrl)
  return {
    filename: fileURLToPath(new URL(`./worker${extension}`, moduleUrl)),
    execArgv: extension === '.ts' ? ['--require', createRequire(moduleUrl).resolve('tsx/cjs')] : []
  }
}
