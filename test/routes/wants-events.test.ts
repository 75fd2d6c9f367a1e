import t from 'tap'
import { wantsEvents } from '../../src/routes/wants-events.ts'

t.test('server-sent events are for who accepts them by name, and not with a weight of nothing', async t => {
  const wants = (accept?: string) => wantsEvents({ headers: { ...(accept !== undefined && { accept }) } })
  for (const accept of ['text/event-stream', 'Text/Event-Stream; q=0.5', 'application/json, text/event-stream;charset=utf-8', 'text/event-stream;q=0.001', 'text/event-stream;q=1.0']) t.equal(wants(accept), true, accept)
  for (const accept of [undefined, '', '*/*', 'text/*', 'application/json', 'text/event-stream-2', 'text/event-stream;q=0', 'text/event-stream; Q=0.000', 'application/json;a="text/event-stream"']) t.equal(wants(accept), false, String(accept))
})
