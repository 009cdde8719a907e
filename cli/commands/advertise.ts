/**
 * `vrrp-cli advertise`: sends advertisements without a state machine, to test what routers make of them.
 */
import { readFileSync } from 'node:fs'
import { Command, InvalidArgumentError, Option } from 'commander'
import { messageOf } from '../../lib/errors.ts'
import {
  type Advertisement,
  type Channel,
  type ChannelOptions,
  type ChecksumForm,
  type Clock,
  encode,
  familyOf,
  type IpFamily,
  passwordBytes,
  secondsToMilliseconds,
  type Transport,
  VRRP_GROUP_IPV4,
  VRRP_GROUP_IPV6,
  VrrpError,
} from '../../lib/index.ts'
import { EXIT, type Output, processOutput } from '../output.ts'
import { sentLine } from '../sent-line.ts'

/** Options of the command, as given. */
export interface AdvertiseOptions {
  readonly interface: string
  readonly vrid: number
  readonly address: readonly string[]
  readonly priority: number
  /** Seconds. */
  readonly interval: number
  readonly version: '2' | '3'
  readonly authPass?: string
  readonly authPassFile?: string
  readonly count?: number
  readonly unicast?: readonly string[]
  readonly group?: string
  readonly source?: string
  readonly checksum: ChecksumForm
  readonly transport: 'koffi' | 'raw-socket'
}

/** What the command needs of the machine. */
export interface AdvertisePorts {
  readonly clock: Clock
  readonly transport: Transport
  close(): void
}

/** `vrrp-cli advertise`. Exits with 2 for wrong values, 4 without the rights, 1 when sending fails. */
export function advertiseCommand(output: Output = processOutput()): Command {
  return new Command('advertise')
    .description('send advertisements without a state machine, and print each as decode does')
    .requiredOption('-i, --interface <name>', 'interface to send from')
    .requiredOption('--vrid <id>', 'virtual router, 1-255', number(1, 255, true))
    .requiredOption('--address <ip...>', 'virtual address; several may be given')
    .option('--priority <n>', '0-255; 0 makes the active router resign, and is sent once', number(0, 255, true), 100)
    .option('--interval <seconds>', 'time between two, and what they say', number(0.01, 255, false), 1)
    .addOption(new Option('--version <n>', 'version of VRRP').choices(['2', '3']).default('2'))
    .addOption(
      new Option('--auth-pass <text>', 'simple text password, version 2 (others see it in the process list)')
        .env('VRRP_AUTH_PASS')
        .conflicts('authPassFile'),
    )
    .option('--auth-pass-file <file>', 'file that holds the password')
    .option('--count <n>', 'end after n; without it, at INT or TERM', number(1, Number.MAX_SAFE_INTEGER, true))
    .addOption(new Option('--unicast <ip...>', 'send to these peers instead of the group').conflicts('group'))
    .option('--group <ip>', `multicast group (default: ${VRRP_GROUP_IPV4} or ${VRRP_GROUP_IPV6})`)
    .option('--source <ip>', 'source address (default: the first of the interface)')
    .addOption(
      new Option('--checksum <form>', 'what the checksum of version 3 over IPv4 covers')
        .choices(['pseudo-header', 'message'])
        .default('pseudo-header'),
    )
    .addOption(new Option('--transport <name>', 'what sends').choices(['koffi', 'raw-socket']).default('koffi'))
    .addHelpText('after', '\nNeeds CAP_NET_RAW; without it it exits with 4 and has sent nothing.')
    .action(async (options: AdvertiseOptions) => {
      process.exitCode = await advertise(options, output, openPorts, untilSignal())
    })
}

/**
 * Runs the command; the exit code.
 * @param open gives the ports; throws VrrpError when it cannot
 * @param ended ends the sending
 */
export async function advertise(
  options: AdvertiseOptions,
  output: Output,
  open: (options: AdvertiseOptions) => Promise<AdvertisePorts>,
  ended: Promise<void>,
): Promise<number> {
  let ports: AdvertisePorts | undefined
  try {
    const plan = planOf(options)
    ports = await open(options)
    const channel = ports.transport.open(plan.channel, () => {})
    const messages = encodeFor(plan, channel, options)
    await sendAll(ports.clock, channel, messages, options, output, ended)
    return EXIT.ok
  } catch (error) {
    if (!(error instanceof Error)) throw error
    output.err(`vrrp-cli: advertise: ${error.message}`)
    if (error instanceof RangeError || error instanceof TypeError) return EXIT.usage
    if (!(error instanceof VrrpError)) throw error
    return error.code === 'ERR_CAPABILITY' ? EXIT.permission : EXIT.failed
  } finally {
    ports?.close()
  }
}

interface Plan {
  readonly channel: ChannelOptions
  readonly destinations: readonly string[]
  readonly advertisement: Advertisement
}

/** @throws RangeError, TypeError naming the option */
function planOf(options: AdvertiseOptions): Plan {
  const { interface: name, vrid, priority, address: addresses, unicast, source } = options
  const family = commonFamily(addresses)
  const version = options.version === '2' ? 2 : 3
  const interval = secondsToMilliseconds(options.interval)
  const password = passwordOf(options)
  if (version === 2 && family === 6) throw new RangeError('address: version 2 has no IPv6; use --version 3')
  if (version === 3 && password !== undefined) throw new RangeError('auth-pass: version 3 has no passwords')
  const group = options.group ?? (family === 4 ? VRRP_GROUP_IPV4 : VRRP_GROUP_IPV6)
  const destination: ChannelOptions['destination'] =
    unicast === undefined ? { type: 'multicast', group } : { type: 'unicast', peers: unicast }
  const common = { vrid, priority, interval, addresses }
  return {
    channel: { interface: name, family, vrid, destination, ...(source !== undefined && { source }) },
    destinations: unicast ?? [group],
    advertisement:
      version === 3
        ? { version, family, ...common }
        : {
            version,
            family: 4,
            ...common,
            authentication:
              password === undefined
                ? { type: 'none' }
                : { type: 'simple', data: passwordBytes(password, 'auth-pass') },
          },
  }
}

function encodeFor(plan: Plan, { source }: Channel, { checksum, interface: name }: AdvertiseOptions) {
  if (source === undefined) {
    const kind = plan.channel.family === 4 ? 'IPv4' : 'IPv6 link-local'
    throw new VrrpError('ERR_INTERFACE', `interface '${name}' has no ${kind} address to send from`)
  }
  return plan.destinations.map(destination => {
    const message = encode(plan.advertisement, { source, destination }, { checksumForm: checksum })
    return { message, source, destination, family: plan.channel.family }
  })
}

/** Sends at start + n intervals, so that no lateness adds up. */
function sendAll(
  clock: Clock,
  channel: Channel,
  messages: ReturnType<typeof encodeFor>,
  { interval, count, priority }: AdvertiseOptions,
  output: Output,
  ended: Promise<void>,
): Promise<void> {
  const rounds = count ?? (priority === 0 ? 1 : Number.POSITIVE_INFINITY)
  const period = secondsToMilliseconds(interval)
  return new Promise((resolve, reject) => {
    let deadline = clock.now()
    let round = 0
    const send = () => {
      try {
        for (const { message, destination } of messages) channel.send(message, destination)
        for (const message of messages) output.out(sentLine(message, clock.wallTime()))
      } catch (error) {
        reject(error)
        return
      }
      round++
      if (round >= rounds) return resolve()
      deadline = secondsToMilliseconds((deadline + period) / 1000)
      timer = clock.wakeAt(deadline, send)
    }
    let timer = clock.wakeAt(deadline, send)
    void ended.then(() => {
      timer.cancel()
      resolve()
    })
  })
}

/** Opens the transport that was asked for. @throws VrrpError */
async function openPorts({ transport: name }: AdvertiseOptions): Promise<AdvertisePorts> {
  const { linuxPorts, MonotonicClock, requireCapabilities } = await import('../../lib/linux/index.ts')
  requireCapabilities(['CAP_NET_RAW'])
  if (name === 'koffi') return linuxPorts()
  const { RawSocketTransport } = await import('../../lib/raw-socket/index.ts')
  const transport = await RawSocketTransport.load()
  return { clock: new MonotonicClock(), transport, close: () => transport.close() }
}

function untilSignal(): Promise<void> {
  return new Promise(resolve => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => resolve())
  })
}

/** @throws RangeError when an address is none, or they are not of one family. */
function commonFamily(addresses: readonly string[]): IpFamily {
  const families = addresses.map(address => {
    const family = familyOf(address)
    if (family === undefined) throw new RangeError(`address: '${address}' is not an IPv4 or IPv6 address`)
    return family
  })
  const [first = 4] = families
  if (families.some(family => family !== first)) throw new RangeError('address: IPv4 and IPv6 do not go together')
  return first
}

/** @throws RangeError when the file cannot be read. */
function passwordOf({ authPass, authPassFile }: AdvertiseOptions): string | undefined {
  if (authPassFile === undefined) return authPass
  try {
    return readFileSync(authPassFile, 'utf8').replace(/\r?\n$/, '')
  } catch (error) {
    throw new RangeError(`auth-pass-file: ${messageOf(error)}`)
  }
}

function number(from: number, to: number, whole: boolean): (text: string) => number {
  return text => {
    const value = /^\d+(\.\d+)?$/.test(text) ? Number(text) : Number.NaN
    if ((whole && !Number.isInteger(value)) || !(value >= from && value <= to)) {
      const kind = whole ? 'a whole number' : 'a number'
      throw new InvalidArgumentError(
        to < 1e6 ? `It must be ${kind} from ${from} to ${to}.` : `It must be ${kind} from ${from}.`,
      )
    }
    return value
  }
}
