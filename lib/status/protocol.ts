/**
 * The language of the status socket: a JSON object a line in both directions.
 */

/** Where a router listens unless told otherwise. */
export const DEFAULT_STATUS_SOCKET = '/run/vrrp-cli.sock'

/** Longest request, in bytes. */
export const REQUEST_LIMIT = 4096

/** What can be asked: one status, or one now and one after each change and every few seconds until the client hangs up. */
export type StatusRequest = 'status' | 'watch'

/** Codes of refused requests. */
export type RefusalCode = 'malformed' | 'unknown-request' | 'too-long' | 'too-many-clients' | 'failed'

/** Reads a request line. */
export function parseRequest(
  line: string,
): { readonly request: StatusRequest } | { readonly error: RefusalCode; readonly message: string } {
  let value: unknown
  try {
    value = JSON.parse(line)
  } catch {
    return { error: 'malformed', message: 'a line is a JSON object such as {"request":"status"}' }
  }
  const request = typeof value === 'object' && value !== null && 'request' in value ? value.request : undefined
  if (request === 'status' || request === 'watch') return { request }
  return { error: 'unknown-request', message: 'the requests are "status" and "watch"' }
}

/** The line of a refusal, with its end. */
export function refusalLine(code: RefusalCode, message: string): string {
  return `${JSON.stringify({ error: { code, message } })}\n`
}
