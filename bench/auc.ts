/**
 * The chance that a value drawn from `a` is above one drawn from `b`, ties counting half: 0.5 when nobody can tell them apart
 * by their size (the area under the ROC curve; Mann–Whitney U divided by the number of pairs).
 */
export function areaUnderCurve (a: number[], b: number[]): number {
  const sorted = [...b].sort((x, y) => x - y)
  const wins = a.reduce((sum, value) => sum + (rank(sorted, below => below < value) + rank(sorted, below => below <= value)) / 2, 0)
  return wins / (a.length * b.length)
}

/** The standard error of the area for two samples of this size of one and the same distribution. */
export function standardError (size: number): number {
  return Math.sqrt((2 * size + 1) / (12 * size * size))
}

/** How many values at the front of an ascending list hold. */
function rank (sorted: number[], holds: (value: number) => boolean): number {
  const first = sorted.findIndex(value => !holds(value))
  return first === -1 ? sorted.length : first
}
