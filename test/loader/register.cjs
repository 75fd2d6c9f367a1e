// Preloaded into tap's processes (scripts/tap.ts): TypeScript by esbuild, because the runner's own loader starts the compiler
// in two threads of every process, 1.5 s of CPU where this takes 0.5. A hashing thread of the service needs no loader
// (users/passwords/worker-thread.ts).
const { register } = require('node:module')
const { pathToFileURL } = require('node:url')
const { isMainThread } = require('node:worker_threads')

process.env.TAP_TYPE_STRIP_ONLY = '1'
if (isMainThread) register('./hooks.mjs', pathToFileURL(__filename))
