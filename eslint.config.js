import neostandard from 'neostandard'

const only = (files, patterns) => ({
  files,
  rules: { 'no-restricted-imports': ['error', { patterns }] }
})
const fastify = { group: ['fastify', 'fastify-plugin', '@fastify/*'], message: 'Fastify stays in plugins/ and routes/.' }
const redis = { group: ['ioredis', '@fastify/redis'], message: 'Redis stays in store/.' }
const outward = { group: ['**/plugins/**', '**/routes/**', '**/store/**', '**/users/**'], message: 'Flow points one way: the core imports nothing outside sessions/.' }

export default [
  ...neostandard({ ts: true, ignores: ['**/dist', 'node_modules', '.tap', '.data', 'bench/peers/node_modules'] }),
  {
    files: ['**/*.ts'],
    rules: {
      '@typescript-eslint/no-explicit-any': 'error',
      '@typescript-eslint/no-non-null-assertion': 'error'
    }
  },
  {
    files: ['src/**/*.ts'],
    ignores: ['src/server.ts', 'src/embedded/**'],
    rules: { 'no-restricted-globals': ['error', { name: 'process', message: 'Only server.ts touches process.' }] }
  },
  only(['src/sessions/**/*.ts'], [fastify, redis, outward]),
  only(['src/guessing/**/*.ts'], [fastify, redis]),
  only(['src/store/**/*.ts', 'src/users/**/*.ts'], [fastify])
]
