import { readFileSync } from 'node:fs'
import t from 'tap'

const read = (path: string) => readFileSync(new URL(`../../../${path}`, import.meta.url), 'utf8')

t.test('what docs/integrating.md says to copy are lines of the examples that are run', t => {
  const lines = ['fastify', 'express', 'signed', 'offline', 'revocable'].flatMap(name => read(`examples/consumers/${name}.mjs`).split('\n'))
    .map(line => line.replace(/'\.\.\/\.\.\/packages\/client\/dist\/(\w+)\.js'/, (_, name: string) => name === 'index' ? "'session-service-client'" : `'session-service-client/${name}'`))
  const snippets = [...read('docs/integrating.md').matchAll(/```js\n(.*?)```/gs)].map(([, text = '']) => text)
  const ofConsumers = snippets.filter(text => !text.includes('createClient'))
  t.equal(ofConsumers.length, 5)
  for (const line of ofConsumers.join('').split('\n').filter(Boolean)) t.ok(lines.includes(line), line)
  t.end()
})

t.test('the package says where its parts are', t => {
  const { exports } = JSON.parse(read('packages/client/package.json')) as { exports: Record<string, { default: string, types: string }> }
  for (const { default: code, types } of Object.values(exports)) {
    for (const file of [code, types]) t.ok(read(`packages/client/${file}`).length > 0, file)
  }
  t.end()
})
