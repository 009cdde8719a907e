/**
 * The part of JSON Schema that the status document's schema uses, checked: an opinion of its own, beside the type.
 */
import type { JsonSchema } from '../../lib/status/index.ts'

/** What is wrong with a value, as `path: what`; empty when nothing is. Leaves that the schema does not name are wrong. */
export function violations(schema: JsonSchema, value: unknown, path = '$'): readonly string[] {
  const complaints = scalarViolations(schema, value).map(what => `${path}: ${what}`)
  if (schema.type === 'array' && Array.isArray(value)) {
    if (value.length > (schema.maxItems ?? Number.POSITIVE_INFINITY)) complaints.push(`${path}: too many`)
    const { items = {} } = schema
    return [...complaints, ...value.flatMap((item, index) => violations(items, item, `${path}[${index}]`))]
  }
  if (schema.type !== 'object' || typeof value !== 'object' || value === null) return complaints
  const leaves = value as Record<string, unknown>
  for (const name of schema.required ?? []) if (!(name in leaves)) complaints.push(`${path}: lacks ${name}`)
  return [
    ...complaints,
    ...Object.entries(leaves).flatMap(([name, leaf]) => {
      const known = schema.properties?.[name]
      return known === undefined ? [`${path}: has ${name}`] : violations(known, leaf, `${path}.${name}`)
    }),
  ]
}

function scalarViolations(schema: JsonSchema, value: unknown): string[] {
  const complaints: string[] = []
  if (schema.type !== undefined && !isOf(schema.type, value)) complaints.push(`is no ${schema.type}`)
  if (schema.const !== undefined && value !== schema.const) complaints.push(`is not ${schema.const}`)
  if (schema.enum !== undefined && !schema.enum.includes(String(value))) complaints.push(`${value} is none of the enum`)
  if (schema.format === 'date-time' && !/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$/.test(String(value))) {
    complaints.push(`${value} is no instant`)
  }
  if (schema.minimum !== undefined && Number(value) < schema.minimum) complaints.push(`${value} is too small`)
  if (schema.maximum !== undefined && Number(value) > schema.maximum) complaints.push(`${value} is too large`)
  return complaints
}

function isOf(type: NonNullable<JsonSchema['type']>, value: unknown): boolean {
  if (type === 'array') return Array.isArray(value)
  if (type === 'integer') return Number.isInteger(value)
  if (type === 'object') return typeof value === 'object' && value !== null && !Array.isArray(value)
  return typeof value === type
}
