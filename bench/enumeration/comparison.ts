import type { FastifyInstance, InjectOptions } from 'fastify'
import { areaUnderCurve, standardError } from '../auc.ts'
import { insist, type Row } from '../report.ts'
import { shuffled } from '../shuffle.ts'
import { percentile } from '../statistics.ts'

/** Kinds of one request that nobody may tell apart. */
export interface Comparison {
  name: string
  /** What all of them are answered. */
  statusCode: number
  /** The request of each kind. A turn comes once. */
  asks: Record<string, (turn: number) => InjectOptions>
}

export interface Sampling {
  /** Answers of each kind that count. */
  samples: number
  /** Answers of each before them. */
  warmUp: number
  /** From 0 to 1. */
  random: () => number
}

type Times = Map<string, number[]>

/** Asks the whole service, and says of each pair of kinds how well their times tell them apart. */
export async function compare (app: FastifyInstance, comparison: Comparison, sampling: Sampling): Promise<Row[]> {
  const times = [...await sample(app, comparison, sampling)]
  const { name } = comparison
  const pairs = times.flatMap(([a, ofA], i) => times.slice(i + 1).map(([b, ofB]) => judged(`AUC ${name}: ${a} / ${b}`, ofA, ofB)))
  const medians = times.map(([kind, ms]) => ({ figure: `p50 ${name}: ${kind}`, measured: `${percentile(ms, 50).toPrecision(4)} ms`, goal: '', met: null }))
  return [...pairs, ...medians]
}

/** Milliseconds of each answer by kind. The kinds take turns in random order. All must give the same answer. */
async function sample (app: FastifyInstance, { name, statusCode, asks }: Comparison, { samples, warmUp, random }: Sampling): Promise<Times> {
  const kinds = Object.entries(asks)
  const times: Times = new Map(kinds.map(([kind]) => [kind, []]))
  const answers = new Set<string>()
  for (let turn = 0; turn < warmUp + samples; turn++) {
    for (const [kind, ask] of shuffled(kinds, random)) {
      const request = ask(turn)
      const started = performance.now()
      const response = await app.inject(request)
      const ms = performance.now() - started
      answers.add(`${response.statusCode} ${response.body}`)
      if (turn >= warmUp) times.get(kind)?.push(ms)
    }
  }
  insist(answers.size === 1 && [...answers][0]?.startsWith(`${statusCode} `) === true, `${name} is answered differently: ${[...answers].join('\n')}`)
  return times
}

/** Within 0.45 to 0.55, or within what chance alone does to samples that are too few for that. */
function judged (figure: string, a: number[], b: number[]): Row {
  const area = areaUnderCurve(a, b)
  const margin = Math.max(0.05, 3.3 * standardError(a.length))
  const goal = `${(0.5 - margin).toFixed(2)}–${(0.5 + margin).toFixed(2)}`
  return { figure, measured: area.toFixed(3), goal, met: Math.abs(area - 0.5) <= margin }
}
