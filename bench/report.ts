/** One line of the table. `met` is null where there is no goal, or where a short run cannot judge it. */
export interface Row { figure: string, measured: string, goal: string, met: boolean | null }

/** The rows as a Markdown table. */
export function tableOf (rows: Row[]): string {
  const cells = rows.map(({ figure, measured, goal, met }) => [figure, measured, goal, met === null ? '' : met ? 'yes' : 'NO'])
  return markdownOf(['figure', 'measured', 'goal', 'met'], cells)
}

/** The rows, a line each. */
export function linesOf (rows: Row[]): string {
  return rows.map(({ figure, measured }) => `${figure}: ${measured}`).join('\n')
}

/** Any table in Markdown. */
export function markdownOf (head: string[], rows: string[][]): string {
  return [head, head.map(() => '---'), ...rows].map(row => `| ${row.join(' | ')} |`).join('\n')
}

/** What makes a figure worthless: a request that failed, a count that is wrong. Ends the bench. */
export function insist (isSo: boolean, otherwise: string): void {
  if (!isSo) throw new Error(otherwise)
}
