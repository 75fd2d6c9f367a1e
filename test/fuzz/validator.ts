import { Ajv2020 } from 'ajv/dist/2020.js'
import ajvFormats from 'ajv-formats'
import type { Document, Place } from './document.ts'

/** One step of a JSON pointer. */
const step = (name: string) => name.replaceAll('~', '~0').replaceAll('/', '~1')

/** Checks values against the schemas of a document, where they stand (JSON Schema 2020-12). */
export function createValidator (document: Document) {
  const ajv = new Ajv2020({ strict: false, allErrors: true })
  ajvFormats.default(ajv)
  ajv.addSchema(document, 'document')

  /** What is wrong with the value, or null. */
  function fault (value: unknown, ...steps: string[]): string | null {
    const check = ajv.getSchema(`document#/${steps.map(step).map(encodeURIComponent).join('/')}`)
    if (check === undefined) return `the document has nothing at ${steps.join('/')}`
    return check(value) === true ? null : ajv.errorsText(check.errors)
  }

  return {
    response: ({ path, method }: Place, status: number, type: string, body: unknown) =>
      fault(body, 'paths', path, method, 'responses', String(status), 'content', type, 'schema'),
    requestBody: ({ path, method }: Place, body: unknown) =>
      fault(body, 'paths', path, method, 'requestBody', 'content', 'application/json', 'schema'),
    component: (name: string, value: unknown) => fault(value, 'components', 'schemas', name)
  }
}
