import { createRequire } from 'node:module'
import { extname } from 'node:path'
import { fileURLToPath } from 'node:url'

/**
 * The worker file beside the given module and the Node options its thread needs: JavaScript once built, TypeScript
 * before. tsx handles the main thread only, so a thread of sources loads it for itself, and nothing else that
 * NODE_OPTIONS asks of processes.
 */
export function workerThread (moduleUrl: string): { filename: string, execArgv: string[], env?: NodeJS.ProcessEnv } {
  const extension = extname(moduleUrl)
  const filename = fileURLToPath(new URL(`./worker${extension}`, moduleUrl))
  if (extension !== '.ts') return { filename, execArgv: [] }
  return {
    filename,
    execArgv: ['--require', createRequire(moduleUrl).resolve('tsx/cjs')],
    env: { NODE_OPTIONS: '' }
  }
}
