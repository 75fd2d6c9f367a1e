import { ServiceError } from '../sessions/errors.ts'
import type { UserDatabase } from './database.ts'

type Queries = Pick<UserDatabase, 'query'>

/**
 * The same queries. `onOutage` is told the cause when the first one gets no answer, and `onReturn` when one is answered again: once
 * each, however many ask meanwhile.
 */
export function watchDatabase ({ query }: Queries, { onOutage, onReturn }: { onOutage: (cause: unknown) => void, onReturn: () => void }): Queries {
  let isUp = true

  function failed (error: unknown): void {
    if (!isUp || !(error instanceof ServiceError)) return
    isUp = false
    onOutage(error.cause)
  }

  function answered (): void {
    if (!isUp) onReturn()
    isUp = true
  }

  return {
    query<Row extends object> (text: string, values?: unknown[]): Promise<Row[]> {
      const rows = query<Row>(text, values)
      rows.then(answered, failed)
      return rows
    }
  }
}
