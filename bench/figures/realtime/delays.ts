import { percentile } from '../../statistics.ts'

/** How long after a request was sent, and after its answer had come, a client was told of what it did; less than 0 after an answer that came later. */
export interface Delay { fromRequestMs: number, fromAnswerMs: number }

export function delaysOf (delays: Delay[]): string {
  const [fromAnswer, fromRequest] = [delays.map(({ fromAnswerMs }) => fromAnswerMs), delays.map(({ fromRequestMs }) => fromRequestMs)]
  return `${show(fromAnswer)} ms after the acknowledgement, ${show(fromRequest)} after the request; ${delays.length} of them`
}

function show (values: number[]): string {
  return `p50 ${percentile(values, 50).toFixed(1)}, p99 ${percentile(values, 99).toFixed(1)}, max ${percentile(values, 100).toFixed(1)}`
}
