/**
 * From a checker of a keepalived.conf to what the health monitor looks at.
 */
import type { CheckSpecification, DnsRecordType, Page, Target, TlsFiles } from '../health/index.ts'
import type { CheckConfiguration, Configuration, UrlConfiguration } from '../keepalived/index.ts'
import { secondsToMilliseconds } from '../time/index.ts'

/** What checks refer to beside themselves. */
export interface CheckContext {
  readonly trackFiles: Configuration['trackFiles']
  readonly tls: TlsFiles | undefined
}

/** The check with an id of its own; undefined for a file that nobody declares. */
export function checkSpecificationOf(
  id: string,
  check: CheckConfiguration,
  { trackFiles, tls }: CheckContext,
): CheckSpecification | undefined {
  const timing = {
    id,
    delayLoop: check.interval,
    retry: check.retry,
    delayBeforeRetry: check.delayBeforeRetry,
    warmup: check.warmup,
    alpha: check.alpha,
    logAllFailures: check.logAllFailures,
  }
  switch (check.type) {
    case 'tcp':
    case 'ping':
      return { ...timing, type: check.type, target: targetOf(check.connection) }
    case 'http': {
      const pages = pagesOf(check.urls)
      if (pages === undefined) return undefined
      const web = { ...timing, target: targetOf(check.connection), pages, protocol: check.protocol }
      const recovery = { fastRecovery: check.fastRecovery }
      if (!check.tls) return { ...web, ...recovery, type: 'http' }
      const [first] = check.urls
      // Without a name of its own the server name is that of the Host header.
      const serverName = check.sni === '' ? first?.virtualHost : check.sni
      return {
        ...web,
        ...recovery,
        type: 'ssl',
        ...(serverName !== undefined && { serverName }),
        ...(tls !== undefined && { tls }),
      }
    }
    case 'udp': {
      const { payload, reply, minReplyLength: minimumLength, maxReplyLength: maximumLength } = check
      return {
        ...timing,
        type: 'udp',
        target: targetOf(check.connection),
        ...(payload !== undefined && { payload: Buffer.from(payload, 'hex') }),
        ...(reply !== undefined && { reply: { ...replyOf(reply), minimumLength, maximumLength } }),
      }
    }
    case 'dns': {
      const recordType = check.recordType as DnsRecordType
      return { ...timing, type: 'dns', target: targetOf(check.connection), recordType, name: check.name }
    }
    case 'smtp':
      return { ...timing, type: 'smtp', target: targetOf(check.connection), heloName: check.heloName }
    case 'misc': {
      const { arguments: words, user, group } = check.command
      return {
        ...timing,
        type: 'misc',
        arguments: words,
        timeout: check.timeout,
        dynamic: check.dynamic,
        ...(user !== undefined && { user }),
        ...(group !== undefined && { group }),
      }
    }
    case 'file': {
      const file = trackFiles.find(({ name }) => name === check.file)
      if (file === undefined) return undefined
      const { weight, reverse } = check
      return { ...timing, delayLoop: FILE_INTERVAL, type: 'file', path: file.path, weight, reverse }
    }
  }
}

/** keepalived watches files; looking each second is as good, and says the same. */
const FILE_INTERVAL = secondsToMilliseconds(1)

function targetOf(connection: Extract<CheckConfiguration, { connection: unknown }>['connection']): Target {
  const { source, ...rest } = connection
  return { ...rest, ...(source !== undefined && { sourceAddress: source }) }
}

function pagesOf(urls: readonly UrlConfiguration[]): readonly [Page, ...Page[]] | undefined {
  const [first, ...others] = urls.map(pageOf)
  return first === undefined ? undefined : [first, ...others]
}

function pageOf({ path, digest, status, virtualHost, regex, tlsCompliant }: UrlConfiguration): Page {
  return {
    path,
    ...(digest !== undefined && { digest }),
    statusCodes: status.map(({ first, last }) => [first, last]),
    ...(virtualHost !== undefined && { virtualHost }),
    ...(regex !== undefined && {
      pattern: {
        source: regex.pattern,
        options: regex.options,
        inverted: regex.negated,
        minimumOffset: regex.minOffset,
        ...(regex.maxOffset !== undefined && { maximumOffset: regex.maxOffset }),
      },
    }),
    tlsCompliant,
  }
}

/** `x` is any half octet. Nothing at all: any reply will do. */
function replyOf(text: string): { readonly data?: Uint8Array; readonly mask?: Uint8Array } {
  if (text === '') return {}
  return {
    data: Buffer.from(text.replaceAll('x', '0'), 'hex'),
    mask: Buffer.from(
      text.replace(/./g, digit => (digit === 'x' ? '0' : 'f')),
      'hex',
    ),
  }
}
