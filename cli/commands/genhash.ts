/**
 * `vrrp-cli genhash`: the digest of a page for `digest` in keepalived.conf; options and output of keepalived's genhash(1).
 */
import { isIP } from 'node:net'
import { Command, InvalidArgumentError, Option } from 'commander'
import { type HashedPage, type HttpProtocol, hashPage, type PageRequest } from '../../lib/health/index.ts'
import { secondsToMilliseconds } from '../../lib/time/index.ts'
import { hexDump } from '../hex-dump.ts'
import { EXIT, type Output, processOutput } from '../output.ts'

interface GenhashOptions {
  readonly server: string
  readonly port?: number
  readonly url: string
  readonly useSsl?: boolean
  readonly useSni?: boolean
  readonly useVirtualhost?: string
  readonly protocol: string
  readonly timeout: number
  readonly fwmark?: number
  readonly verbose?: boolean
}

/** The command; sets the exit code of the process to 1 when there is no page. */
export function genhashCommand(output: Output = processOutput()): Command {
  return new Command('genhash')
    .description("print the MD5 digest of a page, as keepalived's genhash does")
    .requiredOption('-s, --server <address>', 'IP address of the server', parseAddress)
    .option('-p, --port <port>', 'its port (default: 80, with --use-ssl 443)', parseInteger(1, 65535))
    .requiredOption('-u, --url <path>', 'path of the page')
    .option('-S, --use-ssl', 'over TLS')
    .option('-I, --use-sni', 'send the virtual host as server name of TLS')
    .option('-V, --use-virtualhost <host>', 'Host header (default: address and port)')
    .addOption(
      new Option('-P, --protocol <version>', 'version of HTTP; 1.0c: with "Connection: close"')
        .choices(['1.0', '1.0c', '1.0C', '1.0k', '1.0K', '1.1', '1.1k', '1.1K'])
        .default('1.0'),
    )
    .option('-t, --timeout <seconds>', 'for connecting, and for each silence of the server', parseSeconds, 30)
    .option('-m, --fwmark <mark>', 'firewall mark of what is sent', parseInteger(0, 0xffff_ffff))
    .option('-v, --verbose', 'print header and body too')
    .action(async (options: GenhashOptions) => {
      process.exitCode = await genhash(options, output)
    })
}

async function genhash(options: GenhashOptions, output: Output): Promise<number> {
  const { MonotonicClock, LinuxSocketOpener } = await import('../../lib/linux/index.ts')
  const clock = new MonotonicClock()
  const began = performance.now()
  try {
    const page = await hashPage(requestOf(options), { clock, sockets: new LinuxSocketOpener() })
    const microseconds = Math.round((performance.now() - began) * 1000)
    if (options.verbose === true) printAll(page, options.url, microseconds, output)
    else output.out(page.digest)
    return EXIT.ok
  } finally {
    clock.close()
  }
}

function requestOf(options: GenhashOptions): PageRequest {
  const { server, useSsl = false, useSni = false, useVirtualhost, protocol, timeout, fwmark } = options
  const port = options.port ?? (useSsl ? 443 : 80)
  return {
    target: {
      address: server,
      port,
      timeout: secondsToMilliseconds(timeout),
      ...(fwmark !== undefined && { mark: fwmark }),
    },
    path: options.url,
    protocol: protocol.toUpperCase() as HttpProtocol,
    ...(useVirtualhost !== undefined && { virtualHost: useVirtualhost }),
    ...(useSsl && { tls: useSni && useVirtualhost !== undefined ? { serverName: useVirtualhost } : {} }),
  }
}

/** As genhash -v, byte for byte. */
function printAll({ digest, header, body }: HashedPage, url: string, microseconds: number, { out }: Output): void {
  const text = Buffer.from(header.buffer, header.byteOffset, header.length).toString('latin1')
  out('-----------------------[    HTTP Header Buffer    ]-----------------------')
  for (const line of hexDump(header)) out(line)
  out('-----------------------[ HTTP Header Ascii Buffer ]-----------------------')
  out(text)
  if (body.length > 0) out('-----------------------[        HTML Buffer        ]-----------------------')
  for (const line of hexDump(body)) out(line)
  out('')
  out('-----------------------[    HTML hash resulting    ]-----------------------')
  for (const line of hexDump(Buffer.from(digest, 'hex'))) out(line)
  out('-----------------------[ HTML hash final resulting ]-----------------------')
  out(digest)
  out('')
  out(`Global response time for [${url}] = ${microseconds} usecs`)
}

function parseAddress(text: string): string {
  if (isIP(text) === 0) throw new InvalidArgumentError(`'${text}' is no IP address.`)
  return text
}

function parseInteger(from: number, to: number): (text: string) => number {
  return text => {
    const value = /^\d{1,10}$/.test(text) ? Number(text) : Number.NaN
    if (!(value >= from && value <= to)) throw new InvalidArgumentError(`'${text}' is no number from ${from} to ${to}.`)
    return value
  }
}

function parseSeconds(text: string): number {
  const value = Number(text)
  if (!(value > 0) || !Number.isFinite(value)) throw new InvalidArgumentError(`'${text}' is no time above 0.`)
  return value
}
