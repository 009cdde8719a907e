/**
 * Pieces of JSON Schemas (draft 2020-12).
 */

/** The part of JSON Schema that is used. */
export interface JsonSchema {
  readonly $schema?: string
  readonly title?: string
  readonly description?: string
  readonly type?: 'object' | 'array' | 'string' | 'number' | 'integer' | 'boolean'
  readonly const?: string | number
  readonly enum?: readonly string[]
  readonly format?: 'date-time'
  readonly minimum?: number
  readonly maximum?: number
  readonly items?: JsonSchema
  readonly maxItems?: number
  readonly properties?: Readonly<Record<string, JsonSchema>>
  readonly required?: readonly string[]
}

/** Any text. */
export const text: JsonSchema = { type: 'string' }
/** Yes or no. */
export const flag: JsonSchema = { type: 'boolean' }
/** ISO 8601, UTC. */
export const instant: JsonSchema = { type: 'string', format: 'date-time' }
/** A number of things. */
export const counter: JsonSchema = { type: 'integer', minimum: 0 }
/** A whole number. */
export const whole: JsonSchema = { type: 'integer' }
/** A length of time. */
export const span: JsonSchema = { type: 'number', minimum: 0 }
/** 0-255. */
export const octet: JsonSchema = { type: 'integer', minimum: 0, maximum: 255 }

/** One of some words. */
export function oneOf(...values: readonly string[]): JsonSchema {
  return { type: 'string', enum: values }
}

/** Any number of something. */
export function list(items: JsonSchema, maxItems?: number): JsonSchema {
  return { type: 'array', items, ...(maxItems !== undefined && { maxItems }) }
}

/** All of `required` are there; `optional` may be absent; what else is there is of a later minor version. */
export function record(required: Record<string, JsonSchema>, optional: Record<string, JsonSchema> = {}): JsonSchema {
  return { type: 'object', properties: { ...required, ...optional }, required: Object.keys(required) }
}
