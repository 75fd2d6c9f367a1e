/** Values by key, those that were used last: at most so many. */
export interface Recent<Value> { get: (key: string) => Value | undefined, set: (key: string, value: Value) => void, delete: (key: string) => void }

export function createRecent<Value> (most: number): Recent<Value> {
  const values = new Map<string, Value>()
  function set (key: string, value: Value): void {
    values.delete(key)
    values.set(key, value)
    if (values.size <= most) return
    const [oldest] = values.keys()
    values.delete(String(oldest))
  }
  return {
    get (key) {
      const value = values.get(key)
      if (value !== undefined) set(key, value)
      return value
    },
    set,
    delete: key => { values.delete(key) }
  }
}
