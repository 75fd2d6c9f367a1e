import t from 'tap'
import { judgeBinding, type BindingMode } from '../../src/sessions/binding.ts'
import { boundTo, surroundingsOf } from '../../src/sessions/surroundings.ts'

const here = surroundingsOf('203.0.113.7', 'curl/8.5.0')
const bound = boundTo(here)
const elsewhere = { ...here, network: '198.51.100.0/24' }
const other = { network: '198.51.100.0/24', client: 'Chrome on Windows' }

t.test('nothing changed is nothing to judge', async t => {
  t.strictSame(judgeBinding(bound, here, { network: 'enforce', client: 'enforce' }), { changed: [], mode: 'off' })
})

t.test('each signal has a mode, and the strictest of those that changed counts', async t => {
  const modes: BindingMode[] = ['off', 'observe', 'step-up', 'enforce']
  for (const network of modes) {
    t.strictSame(judgeBinding(bound, elsewhere, { network, client: 'enforce' }), { changed: network === 'off' ? [] : ['network'], mode: network })
    for (const client of modes) {
      const strictest = modes[Math.max(modes.indexOf(network), modes.indexOf(client))]
      t.equal(judgeBinding(bound, other, { network, client }).mode, strictest, `${network}, ${client}`)
    }
  }
})
