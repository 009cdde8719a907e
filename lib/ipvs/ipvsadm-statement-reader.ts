/**
 * The options of one line of ipvsadm(8)'s text, made into a statement; what is wrong is told with its column.
 */
import { checkSyncDaemon, checkTimeouts, completeSyncDaemon, completeTimeouts } from './complete-daemon.ts'
import { checkDestination, completeDestination } from './complete-destination.ts'
import { checkService, completeService } from './complete-service.ts'
import type { DestinationOptions, Forward } from './destination.ts'
import { type Endpoint, type NameLookup, readIpv4, readNumber } from './ipvsadm-endpoint.ts'
import type { GivenOption, IpvsadmLine, TextProblem } from './ipvsadm-line.ts'
import { isCommand, OptionValues } from './ipvsadm-option-values.ts'
import type { IpvsadmCommand, IpvsadmOption } from './ipvsadm-options.ts'
import type { IpvsadmStatement } from './ipvsadm-statement.ts'
import { PLAIN_SCHEDULERS } from './scheduling.ts'
import type { ServiceOptions } from './service.ts'
import type { ServiceKey, ServiceProtocol } from './service-key.ts'
import type { SyncDaemonOptions } from './sync-daemon.ts'

const KEY_PROTOCOLS = new Map<IpvsadmOption, ServiceProtocol>([
  ['tcp-service', 'tcp'],
  ['udp-service', 'udp'],
  ['sctp-service', 'sctp'],
])
const TUNNEL_OPTIONS: readonly IpvsadmOption[] = ['tun-type', 'tun-port', 'tun-nocsum', 'tun-csum', 'tun-remcsum']

/** Reads one line, once. */
export class StatementReader {
  readonly #line: number
  readonly #read: IpvsadmLine
  readonly #options: OptionValues

  constructor(read: IpvsadmLine, line: number, names: NameLookup, problems: TextProblem[]) {
    this.#read = read
    this.#line = line
    this.#options = new OptionValues(read, line, names, problems)
  }

  /** The statement; undefined when there is an error, or when the line changes nothing. */
  read(): IpvsadmStatement | undefined {
    const [first, ...rest] = this.#read.options
    const place = { line: this.#line, column: first?.column ?? this.#read.others[0]?.column ?? 1 }
    if (first === undefined || !isCommand(first.name)) {
      this.#options.refuse(place.column, 'a line starts with its command: -A, -E, -D, -a, -e, -d, -C, -Z, --set …')
      return undefined
    }
    const command = first.name
    this.#options.collect(command, rest)
    if (this.#options.failed) return undefined
    const statement = this.#readCommand(command, first, place)
    return this.#options.failed ? undefined : statement
  }

  #readCommand(
    command: IpvsadmCommand,
    { value, column }: GivenOption,
    place: { line: number; column: number },
  ): IpvsadmStatement | undefined {
    switch (command) {
      case 'add-service':
      case 'edit-service': {
        const options = this.#readService(column)
        return options && { command, service: completeService(options), ...place }
      }
      case 'delete-service': {
        const service = this.#readKey(column)
        return service && { command, service, ...place }
      }
      case 'zero': {
        const isAll = this.#options.find([...KEY_PROTOCOLS.keys(), 'fwmark-service', 'ipv6']) === undefined
        const service = isAll ? undefined : this.#readKey(column)
        return { command, service, ...place }
      }
      case 'add-server':
      case 'edit-server': {
        const service = this.#readKey(column)
        const destination = service && this.#readDestination(service, column)
        return destination && { command, service, destination: completeDestination(service, destination), ...place }
      }
      case 'delete-server': {
        const service = this.#readKey(column)
        const server = service && this.#readServer(service, column)
        const port = service?.fwmark === undefined ? (service?.port ?? 0) : 0
        return server && service && { command, service, destination: { port, ...server }, ...place }
      }
      case 'clear':
        return { command, ...place }
      case 'set':
        return this.#readTimeouts(place)
      case 'start-daemon':
      case 'stop-daemon': {
        const state = value?.text
        if (state !== 'master' && state !== 'backup') {
          this.#options.refuse(value?.column ?? column, `'${state}' is neither master nor backup`)
          return undefined
        }
        if (command === 'stop-daemon') return { command, state, ...place }
        return this.#readDaemon(state, place)
      }
      case 'restore':
        this.#options.refuse(column, '--restore inside of what is restored')
        return undefined
      default:
        this.#options.warn(column, `--${command} changes nothing: left out`)
        return undefined
    }
  }

  #readKey(column: number): ServiceKey | undefined {
    const mark = this.#options.get('fwmark-service')
    const six = this.#options.get('ipv6')
    if (mark !== undefined) {
      const fwmark = this.#options.number('fwmark-service') ?? 0
      // ipvsadm itself writes marks from 2^31 on as negative numbers.
      return { fwmark: fwmark < 0 && fwmark >= -(2 ** 31) ? fwmark + 2 ** 32 : fwmark, family: six ? 6 : 4 }
    }
    if (six !== undefined) this.#options.refuse(six.column, '-6 goes with -f: an address says its family itself')
    for (const [name, protocol] of KEY_PROTOCOLS) {
      if (!this.#options.has(name)) continue
      const endpoint = this.#options.endpoint(name, protocol)
      return endpoint && { protocol, address: endpoint.address, port: endpoint.port ?? 0 }
    }
    this.#options.refuse(column, 'needs a service: -t, -u, --sctp-service or -f')
    return undefined
  }

  #readService(column: number): ServiceOptions | undefined {
    const key = this.#readKey(column)
    if (key === undefined) return undefined
    const scheduler = this.#options.text('scheduler')
    const schedulerColumn = this.#options.get('scheduler')?.value?.column ?? column
    const persistent = this.#options.get('persistent')
    const mask = this.#mask(key)
    const options: unknown = {
      ...key,
      ...(scheduler !== undefined && { scheduler }),
      schedulerFlags: this.#options.text('sched-flags')?.split(',').filter(Boolean) ?? [],
      persistence: persistent !== undefined && {
        ...(persistent.value !== undefined && { timeout: this.#options.number('persistent') }),
        ...(mask !== undefined && { mask }),
      },
      persistenceEngine: this.#options.text('pe') ?? false,
      onePacket: this.#options.has('ops'),
    }
    const netmask = this.#options.get('netmask')
    if (netmask !== undefined && persistent === undefined) {
      this.#options.warn(netmask.column, '-M has no effect without -p')
    }
    if (scheduler !== undefined && !KNOWN_SCHEDULERS.includes(scheduler) && /^[\w-]{1,15}$/.test(scheduler)) {
      // It may be the module of somebody else, whom the kernel knows.
      const unknown = { word: scheduler, known: KNOWN_SCHEDULERS }
      this.#options.warn(schedulerColumn, `'${scheduler}' is none of Linux's schedulers`, unknown)
    }
    this.#options.report(checkService(options), {
      address: keyOption(key),
      port: keyOption(key),
      fwmark: 'fwmark-service',
    })
    return this.#options.failed ? undefined : (options as ServiceOptions)
  }

  #mask(key: ServiceKey): string | number | undefined {
    const option = this.#options.get('netmask')?.value
    if (option === undefined) return undefined
    const isV6 = key.fwmark === undefined ? key.address.includes(':') : key.family === 6
    // atoi(3): what follows the digits does not count.
    if (isV6) return Number(/^\d{1,9}/.exec(option.text)?.[0] ?? 0)
    const mask = readIpv4(option.text) ?? this.#options.names.host(option.text)
    if (mask === undefined || /^\d+$/.test(option.text)) {
      const meant = mask === undefined ? '' : `, it would mean ${mask}`
      this.#options.refuse(option.column, `'${option.text}' is not a netmask like 255.255.255.0${meant}`)
    }
    return mask
  }

  #readServer(service: ServiceKey, column: number): Endpoint | undefined {
    if (!this.#options.has('real-server')) {
      this.#options.refuse(column, 'needs a server: -r')
      return undefined
    }
    const protocol = service.fwmark === undefined ? service.protocol : 'tcp'
    return this.#options.endpoint('real-server', protocol === 'udp' || protocol === 'sctp' ? protocol : 'tcp')
  }

  #readDestination(service: ServiceKey, column: number): DestinationOptions | undefined {
    const server = this.#readServer(service, column)
    if (server === undefined) return undefined
    const forward = this.#readForward()
    const options: unknown = {
      address: server.address,
      forward,
      ...this.#readPort(service, server, forward),
      weight: this.#options.number('weight') ?? 1,
      upperThreshold: this.#options.number('u-threshold') ?? 0,
      lowerThreshold: this.#options.number('l-threshold') ?? 0,
    }
    this.#options.report(checkDestination(service, options), { address: 'real-server', port: 'real-server' })
    return this.#options.failed ? undefined : (options as DestinationOptions)
  }

  #readPort(service: ServiceKey, { port }: Endpoint, forward: Forward): { readonly port?: number } {
    if (port === undefined) return {}
    if (service.fwmark !== undefined || forward === 'masq' || port === service.port) return { port }
    // ipvsadm does this without a word.
    const column = this.#options.get('real-server')?.value?.column ?? 1
    this.#options.warn(column, `port ${port} has no effect: only -m changes the port, which stays ${service.port}`)
    return {}
  }

  #readForward(): Forward {
    const tunnelOption = this.#options.find(TUNNEL_OPTIONS)
    if (!this.#options.has('ipip')) {
      if (tunnelOption !== undefined) this.#options.refuse(tunnelOption.column, `--${tunnelOption.name} goes with -i`)
      if (this.#options.others.some(({ text }) => text === '(null)')) return 'bypass'
      return this.#options.has('masquerading') ? 'masq' : 'droute'
    }
    const type = this.#options.text('tun-type') ?? 'ipip'
    const port = this.#options.number('tun-port')
    const given = (['nocsum', 'csum', 'remcsum'] as const).find(name => this.#options.has(`tun-${name}`))
    const checksum = given ?? 'nocsum'
    if (type === 'gre') {
      if (port !== undefined) this.#options.refuseOption('tun-port', 'a tunnel by gre has no port')
      return { tunnel: 'gre', checksum }
    }
    if (type === 'gue') {
      if (port === undefined) this.#options.refuseOption('tun-type', 'a tunnel by gue needs --tun-port')
      return { tunnel: 'gue', port: port ?? 1, checksum }
    }
    if (type !== 'ipip') this.#options.refuseOption('tun-type', `'${type}' is not one of ipip, gue, gre`)
    if (port !== undefined) this.#options.refuseOption('tun-port', 'a tunnel by ipip has no port')
    if (given !== undefined) this.#options.refuseOption(`tun-${given}`, 'a tunnel by ipip has no checksum')
    return { tunnel: 'ipip' }
  }

  #readTimeouts(place: { line: number; column: number }): IpvsadmStatement | undefined {
    const [tcp, tcpFin, udp] = this.#options.others
    if (tcp === undefined || tcpFin === undefined || udp === undefined || this.#options.others.length > 3) {
      this.#options.refuse(place.column, '--set takes three time-outs in seconds: tcp tcpfin udp')
      return undefined
    }
    const timeouts: Record<string, number> = {}
    for (const [name, { text, column }] of Object.entries({ tcp, tcpFin, udp })) {
      const seconds = readNumber(text)
      if (seconds === undefined) this.#options.refuse(column, `'${text}' is not a number of seconds`)
      // 0 leaves it as it is.
      else if (seconds !== 0) timeouts[name] = seconds
      for (const { path, reason } of checkTimeouts(timeouts)) if (path === name) this.#options.refuse(column, reason)
    }
    return this.#options.failed ? undefined : { command: 'set', timeouts: completeTimeouts(timeouts), ...place }
  }

  #readDaemon(state: 'master' | 'backup', place: { line: number; column: number }): IpvsadmStatement | undefined {
    const given = (name: string, value: string | number | undefined) => (value === undefined ? {} : { [name]: value })
    const options = {
      state,
      // As in ipvsadm.
      interface: this.#options.text('mcast-interface') ?? 'eth0',
      ...given('syncId', this.#options.number('syncid')),
      ...given('maxLength', this.#options.number('sync-maxlen')),
      ...given('group', this.#options.text('mcast-group')),
      ...given('port', this.#options.number('mcast-port')),
      ...given('ttl', this.#options.number('mcast-ttl')),
    } satisfies SyncDaemonOptions
    this.#options.report(checkSyncDaemon(options), {})
    return this.#options.failed ? undefined : { command: 'start-daemon', daemon: completeSyncDaemon(options), ...place }
  }
}

const KNOWN_SCHEDULERS: readonly string[] = [...PLAIN_SCHEDULERS, 'sh', 'mh']

function keyOption(key: ServiceKey): IpvsadmOption {
  if (key.fwmark !== undefined) return 'fwmark-service'
  return key.protocol === 'udp' ? 'udp-service' : key.protocol === 'sctp' ? 'sctp-service' : 'tcp-service'
}
