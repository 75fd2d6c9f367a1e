import { request } from 'node:http'
import type { FastifyInstance } from 'fastify'
import type { Test } from 'tap'
import { freePort } from '../../faults/private-redis.ts'

interface Sample { name: string, labels: Record<string, string>, value: number }

/** What one scrape told. */
export interface Figures {
  text: string
  ms: number
  samples: Sample[]
  /** The value of the one series with this name and at least these labels; undefined if there is none. */
  valueOf: (name: string, labels?: Record<string, string>) => number | undefined
}

/** The variables for a service that is measured, and what reads its figures over a socket. */
export async function scraping (): Promise<{ env: { METRICS_PORT: string }, url: string, scrape: (t: Test) => Promise<Figures> }> {
  const port = await freePort()
  const url = `http://127.0.0.1:${port}/metrics`
  return { env: { METRICS_PORT: String(port) }, url, scrape: t => scrape(t, url) }
}

async function scrape (t: Test, url: string): Promise<Figures> {
  const started = performance.now()
  const response = await fetch(url)
  const text = await response.text()
  const ms = Math.round(performance.now() - started)
  t.equal(response.status, 200)
  t.equal(response.headers.get('content-type'), 'text/plain; version=0.0.4; charset=utf-8')
  const samples = samplesOf(text)
  return {
    text,
    ms,
    samples,
    valueOf: (name, labels = {}) => samples.find(sample => sample.name === name && Object.entries(labels).every(([label, value]) => sample.labels[label] === value))?.value
  }
}

/**
 * The samples of an answer in Prometheus' text format 0.0.4.
 * @throws Error on the first line that breaks the format, or a rule of naming: a family without help or type, or announced twice,
 *   the same series twice, a counter that is no total, a histogram whose buckets are not cumulative or end elsewhere than at its count
 */
export function samplesOf (text: string): Sample[] {
  const types = new Map<string, string>()
  const helped = new Set<string>()
  const seen = new Map<string, Sample>()
  if (!text.endsWith('\n')) throw new Error('the last line does not end')
  for (const line of text.split('\n').filter(line => line !== '')) {
    const [, help] = /^# HELP ([a-z_][a-z0-9_]*) \S.*$/.exec(line) ?? []
    const [, family, type] = /^# TYPE ([a-z_][a-z0-9_]*) (counter|gauge|histogram|summary)$/.exec(line) ?? []
    if (help !== undefined) helped.add(help)
    else if (family !== undefined && type !== undefined) announce(family, type)
    else take(line)
  }
  return [...seen.values()]

  function announce (family: string, type: string): void {
    if (types.has(family) || !helped.has(family)) throw new Error(`announced twice or without help: ${family}`)
    if (type === 'counter' && !family.endsWith('_total')) throw new Error(`a counter that is no total: ${family}`)
    types.set(family, type)
  }

  function take (line: string): void {
    const [, name, braced = '', number = ''] = /^([a-z_][a-z0-9_]*)(?:\{((?:[a-z_][a-z0-9_]*="(?:[^"\\\n]|\\["\\n])*",?)+)\})? (-?[0-9.]+(?:e[+-]?[0-9]+)?|Nan|[+-]Inf)$/.exec(line) ?? []
    if (name === undefined) throw new Error(`no line of the format: ${line}`)
    if (!types.has(name) && types.get(name.replace(/_(bucket|sum|count)$/, '')) === undefined) throw new Error(`not announced: ${name}`)
    const series = `${name}{${braced}}`
    if (seen.has(series)) throw new Error(`twice: ${series}`)
    const labels = Object.fromEntries([...braced.matchAll(/([a-z_0-9]+)="((?:[^"\\]|\\.)*)"/g)].map(([, label, value]) => [label, value]))
    seen.set(series, { name, labels, value: Number(number) })
  }
}

/** Asks the service over its socket with a method that fetch() refuses to send, or a path that it would change. */
export function sendRaw (app: FastifyInstance, method: string, path: string): Promise<number | undefined> {
  const address = app.server.address()
  const port = typeof address === 'object' ? address?.port : undefined
  return new Promise((resolve, reject) => {
    request({ port, method, path, host: '127.0.0.1' }, response => {
      response.resume().on('end', () => resolve(response.statusCode))
    }).on('error', reject).end()
  })
}
