/** The parts of an OpenAPI 3.1 document that the fuzzer reads. */
export interface Schema {
  type?: string
  $ref?: string
  enum?: unknown[]
  pattern?: string
  items?: Schema
  maxItems?: number
  minLength?: number
  maxLength?: number
  properties?: Record<string, Schema>
  required?: string[]
  additionalProperties?: Schema | boolean
  propertyNames?: Schema
  examples?: unknown[]
}

export interface Media { schema: Schema, example?: unknown, examples?: Record<string, { value: unknown }> }

export interface Parameter { name: string, in: 'path' | 'query' | 'header', required: boolean, schema: Schema }

export interface Operation {
  operationId: string
  summary: string
  description: string
  tags: string[]
  security: Array<Record<string, unknown>>
  parameters?: Parameter[]
  requestBody?: { content: Record<string, Media> }
  responses: Record<string, { description: string, headers?: Record<string, unknown>, content: Record<string, Media> }>
}

export type Method = 'get' | 'put' | 'post' | 'patch' | 'delete'

export interface Document {
  openapi: string
  servers: Array<{ url: string }>
  tags: Array<{ name: string }>
  components: { securitySchemes: Record<string, object>, schemas: Record<string, Schema> }
  paths: Record<string, Partial<Record<Method, Operation>>>
}

/** An operation and where it stands. */
export interface Place { path: string, method: Method, operation: Operation }

export function placesOf (document: Document): Place[] {
  return Object.entries(document.paths).flatMap(([path, operations]) =>
    Object.entries(operations).map(([method, operation]) => ({ path, method: method as Method, operation })))
}
