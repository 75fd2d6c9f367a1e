import t from 'tap'
import { judgeBinding, type BindingMode } from '../../../src/sessions/policies/binding.ts'
import { bindingOf } from '../../../src/sessions/devices/surroundings.ts'

const bound = bindingOf('203.0.113.7', 'curl/8.5.0')
const elsewhere = bindingOf('198.51.100.7', 'curl/8.5.0')
const other = bindingOf('198.51.100.7', 'okhttp/4.12')

t.test('nothing changed is nothing to judge', async t => {
  t.strictSame(judgeBinding(bound, bindingOf('203.0.113.99', 'curl/8.6.0'), { network: 'enforce', client: 'enforce', device: 'enforce' }), { changed: [], mode: 'off' })
})

t.test('each signal has a mode, and the strictest of those that changed counts', async t => {
  const modes: BindingMode[] = ['off', 'observe', 'step-up', 'enforce']
  for (const network of modes) {
    t.strictSame(judgeBinding(bound, elsewhere, { network, client: 'enforce', device: 'enforce' }), { changed: network === 'off' ? [] : ['network'], mode: network })
    for (const client of modes) {
      const strictest = modes[Math.max(modes.indexOf(network), modes.indexOf(client))]
      t.equal(judgeBinding(bound, other, { network, client, device: 'enforce' }).mode, strictest, `${network}, ${client}`)
    }
  }
})

t.test('the device has a mode of its own', async t => {
  const [tv, phone] = [bindingOf('203.0.113.7', 'curl/8.5.0', 'abcdef'), bindingOf('203.0.113.7', 'curl/8.5.0', 'ghijkl')]
  for (const device of ['off', 'observe', 'step-up', 'enforce'] as const) {
    t.strictSame(judgeBinding(tv, phone, { network: 'enforce', client: 'enforce', device }), { changed: device === 'off' ? [] : ['device'], mode: device })
  }
})
