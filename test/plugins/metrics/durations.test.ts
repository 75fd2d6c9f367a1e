import { Histogram, Registry } from 'prom-client'
import t from 'tap'
import { createDurations } from '../../../src/plugins/metrics/durations.ts'

t.test('what it counts reads as the histogram of the library does', async t => {
  const [ours, theirs] = [new Registry(), new Registry()]
  const options = { name: 'wait_seconds', help: 'How long.', buckets: [0.01, 0.5, 2] }
  const seriesOf = createDurations(ours, options)
  const histogram = new Histogram({ ...options, labelNames: ['route', 'status'], registers: [theirs] })
  t.equal(await ours.metrics(), await theirs.metrics(), 'before anything was counted')
  for (const labels of [{ route: '/me', status: 200 }, { route: '/say "no"', status: 404 }]) {
    const observe = seriesOf(labels)
    for (const seconds of [0, 0.01, 0.010001, 0.5, 1.75, 2, 3]) {
      observe(seconds)
      histogram.observe(labels, seconds)
    }
    t.equal(await ours.metrics(), await theirs.metrics())
  }
  t.match(await ours.metrics(), 'wait_seconds_bucket{le="+Inf",route="/me",status="200"} 7')
})
