/** What a row shows of the rounds of one figure. */
export interface Spread { median: number, min: number, max: number }

export function spreadOf (rounds: number[]): Spread {
  return { median: percentile(rounds, 50), min: Math.min(...rounds), max: Math.max(...rounds) }
}

/** Nearest rank; NaN of nothing. */
export function percentile (values: number[], percent: number): number {
  const sorted = [...values].sort((a, b) => a - b)
  return sorted[Math.max(0, Math.ceil(sorted.length * percent / 100) - 1)] ?? NaN
}

/** `0.41 (0.39–0.43)` */
export function show ({ median, min, max }: Spread, digits = 2): string {
  return `${median.toFixed(digits)} (${min.toFixed(digits)}–${max.toFixed(digits)})`
}
