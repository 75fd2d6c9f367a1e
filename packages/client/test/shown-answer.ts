/** An answer as a document shows it, which leaves out with `…`. */
export function shownAnswer (text: string): unknown {
  return JSON.parse(text.replace(/(?<=[{,])…(?=})/g, '"…":"…"'))
}

/** An answer as the document shows it, where that does not matter: what it leaves out, times of the same unit, other numbers, and the first of a longer list. */
export function asShown (answer: unknown, shown: unknown): unknown {
  if (Array.isArray(answer) && Array.isArray(shown) && shown.length > 0) return shown.map((item, i) => asShown(answer[i], item))
  if (isObject(answer) && isObject(shown)) {
    const entries = Object.entries(answer).filter(([name]) => name in shown || !('…' in shown)).map(([name, value]) => [name, asShown(value, shown[name])])
    return { ...Object.fromEntries(entries), ...('…' in shown && { '…': '…' }) }
  }
  return kindOf(answer) === kindOf(shown) || (typeof answer === 'string' && String(shown).includes('…')) ? shown : answer
}

function isObject (value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** What another value may be like. A time, alone or as the first part of a position, has ten digits in seconds and thirteen in milliseconds. */
function kindOf (value: unknown): unknown {
  const [time] = /^(\d{10}|\d{13})(?=-\d+$|$)/.exec(String(value)) ?? []
  if (time !== undefined) return `${typeof value} of ${time.length}`
  return typeof value === 'number' ? 'number' : value
}
