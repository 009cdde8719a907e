/**
 * HTTP_GET and SSL_GET: the pages they ask for.
 */
import type { HttpCheckConfiguration, RegexConfiguration, UrlConfiguration } from './check-configuration.ts'
import type { URL, WEB } from './checker-keywords.ts'
import { originOf } from './complete-global.ts'
import type { ParsedBlock, Values } from './declaration.ts'
import type { DiagnosticLog } from './diagnostic-log.ts'

/** What is not the connection of the check. */
export type WebParts = Omit<HttpCheckConfiguration, 'connection'>

const SUCCESS = [{ first: 200, last: 299 }]

/** The pages of a checker, or undefined after a report when there are none. */
export function completeWeb(
  { values, position, mistaken }: ParsedBlock<typeof WEB>,
  tls: boolean,
  { name, virtualHost, log }: { name: string; virtualHost: string | undefined; log: DiagnosticLog },
): WebParts | undefined {
  const keyword = tls ? 'SSL_GET' : 'HTTP_GET'
  const host = values.virtualhost?.value ?? virtualHost
  const blocks = values.url?.value ?? []
  const urls = blocks.flatMap(block => completeUrl(block, host, `${keyword} of ${name}`, log) ?? [])
  if (urls.length === 0) {
    const message = `${keyword} of ${name} asks for no 'url': it is left out`
    if (blocks.length === 0 && !mistaken.has('url')) log.report('missing-url', position, message)
    return undefined
  }
  const protocol = values.http_protocol?.value ?? '1.0'
  const sni = values.sni_name?.value ?? (values.enable_sni === undefined ? undefined : '')
  if (!tls && sni !== undefined) {
    const at = (values.sni_name ?? values.enable_sni)?.position ?? position
    log.report('ineffective-keyword', at, `HTTP_GET of ${name} sends no server name: that is for SSL_GET`)
  }
  return {
    type: 'http',
    tls,
    urls,
    protocol: protocol === '1.0c' ? '1.0C' : protocol,
    ...(tls && sni !== undefined && { sni }),
    fastRecovery: values.fast_recovery?.value ?? false,
  }
}

function completeUrl(
  { values, position, mistaken }: ParsedBlock<typeof URL>,
  host: string | undefined,
  owner: string,
  log: DiagnosticLog,
): UrlConfiguration | undefined {
  if (values.path === undefined) {
    if (!mistaken.has('path')) log.report('missing-url', position, `a url of ${owner} has no 'path': it is left out`)
    return undefined
  }
  const regex = completeRegex(values)
  if (regex === undefined) {
    for (const key of ['regex_no_match', 'regex_options', 'regex_min_offset', 'regex_max_offset'] as const) {
      const located = values[key]
      if (located !== undefined)
        log.report('ineffective-keyword', located.position, `'${key}' of ${owner} does nothing without 'regex'`)
    }
  }
  const virtualHost = values.virtualhost?.value ?? host
  return {
    path: values.path.value,
    ...(values.digest !== undefined && { digest: values.digest.value }),
    status: values.status_code?.value ?? SUCCESS,
    ...(virtualHost !== undefined && { virtualHost }),
    ...(regex !== undefined && { regex }),
    tlsCompliant: values.tls_compliant !== undefined,
    origin: originOf(position, values),
  }
}

function completeRegex(values: Values<typeof URL>): RegexConfiguration | undefined {
  if (values.regex === undefined) return undefined
  return {
    pattern: values.regex.value,
    negated: values.regex_no_match !== undefined,
    options: values.regex_options?.value ?? [],
    minOffset: values.regex_min_offset?.value ?? 0,
    ...(values.regex_max_offset !== undefined && { maxOffset: values.regex_max_offset.value }),
  }
}
