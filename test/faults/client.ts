/** An answer over a real socket, and how long it took until its last byte. Status 0: none within five seconds. */
export interface Answer { status: number, headers: Headers, text: string, json: Record<string, unknown>, ms: number }

export interface Sent {
  credential?: string
  /** Sent as JSON; `text` as it is. */
  body?: unknown
  text?: string
  userAgent?: string
  headers?: Record<string, string>
}

export type Call = ReturnType<typeof clientOf>

/** A client of the service at `origin`. */
export function clientOf (origin: string) {
  return async function call (method: string, path: string, { credential, body, text, userAgent = 'test', headers = {} }: Sent = {}): Promise<Answer> {
    const started = performance.now()
    const content = text ?? (body === undefined ? undefined : JSON.stringify(body))
    const answer = await request(origin + path, {
      method,
      headers: {
        'user-agent': userAgent,
        ...(credential !== undefined && { 'x-session-id': credential }),
        ...(content !== undefined && { 'content-type': 'application/json' }),
        ...headers
      },
      ...(content !== undefined && { body: content })
    })
    return { ...answer, ms: Math.round(performance.now() - started) }
  }
}

async function request (url: string, init: RequestInit): Promise<Omit<Answer, 'ms'>> {
  try {
    const response = await fetch(url, { ...init, signal: AbortSignal.timeout(5000) })
    const text = await response.text()
    return { status: response.status, headers: response.headers, text, json: parsed(text) }
  } catch {
    return { status: 0, headers: new Headers(), text: '', json: {} }
  }
}

function parsed (text: string): Record<string, unknown> {
  try {
    return JSON.parse(text)
  } catch {
    return {}
  }
}
