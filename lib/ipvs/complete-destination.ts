/**
 * Destinations as they are given: checked against their service, with the defaults of ipvsadm(8) put in.
 */
import { familyOf } from '../net/index.ts'
import { unicastAddress } from './check-address.ts'
import type { Destination, DestinationOptions, Forward, TunnelChecksum } from './destination.ts'
import { Given, type Problem, requireNoProblem, shown } from './given.ts'
import { type ServiceKey, serviceFamily } from './service-key.ts'

// What was read may be given back: its counters count for nothing.
const OPTIONS = new Set([
  'address',
  'port',
  'forward',
  'weight',
  'upperThreshold',
  'lowerThreshold',
  'activeConnections',
  'inactiveConnections',
  'persistentConnections',
  'statistics',
])
const TUNNEL_OPTIONS = new Set(['tunnel', 'port', 'checksum'])
const CHECKSUMS: readonly [TunnelChecksum, ...TunnelChecksum[]] = ['nocsum', 'csum', 'remcsum']
const U32: readonly [number, number] = [0, 0xffffffff]

/**
 * The destination that is meant.
 * @param service the service that it is for: its port is the default, its family a limit
 * @throws RangeError that names the option and says what is wrong with it
 */
export function completeDestination(service: ServiceKey, options: DestinationOptions): Destination {
  return requireNoProblem(problems => readDestination(service, options, '', problems))
}

/** What is wrong with a destination as it is given, whatever it is; empty when nothing is. */
export function checkDestination(service: ServiceKey, options: unknown): readonly Problem[] {
  const problems: Problem[] = []
  readDestination(service, options, '', problems)
  return problems
}

/** Reads a destination at `path`, adding to `problems`. The result is of use only when there are none. */
export function readDestination(service: ServiceKey, options: unknown, path: string, problems: Problem[]): Destination {
  const given = new Given(options, path, problems)
  given.only(OPTIONS)
  const address = unicastAddress(given, 'address')
  const forward = readForward(given, problems)
  // With a mark packets come to any port, and the kernel keeps the port as a part of the key alone.
  const port = given.integer('port', [0, 65535], service.port ?? 0)
  if (port !== (service.port ?? port) && forward !== 'masq') {
    given.refuse('port', `${port} has no effect: only masq changes the port, which is ${service.port} here`)
  }
  if (familyOf(address) !== serviceFamily(service) && !(typeof forward === 'object' && 'tunnel' in forward)) {
    given.refuse('address', `${address} is not of the service's family: that takes a tunnel`)
  }
  const weight = given.integer('weight', [0, 0x7fffffff], 1)
  const upperThreshold = given.integer('upperThreshold', U32, 0)
  const lowerThreshold = given.integer('lowerThreshold', U32, 0)
  if (lowerThreshold > upperThreshold) {
    given.refuse('lowerThreshold', `${lowerThreshold} is more than upperThreshold, ${upperThreshold}`)
  }
  return { address, port, forward, weight, upperThreshold, lowerThreshold }
}

function readForward(destination: Given, problems: Problem[]): Forward {
  const value = destination.get('forward') ?? 'droute'
  if (value === 'masq' || value === 'droute' || value === 'local' || value === 'bypass') return value
  if (typeof value !== 'object' || value === null || !('tunnel' in value)) {
    destination.refuse('forward', `${shown(value)} is not one of masq, droute, local, bypass and a tunnel`)
    return 'droute'
  }
  const given = new Given(value, destination.path('forward'), problems)
  given.only(TUNNEL_OPTIONS)
  const tunnel = given.word('tunnel', ['ipip', 'gue', 'gre'])
  if (tunnel !== 'gue' && given.has('port')) given.refuse('port', `a tunnel by ${tunnel} has no port`)
  if (tunnel === 'ipip') {
    if (given.has('checksum')) given.refuse('checksum', 'a tunnel by ipip has none')
    return { tunnel }
  }
  const checksum = given.word('checksum', CHECKSUMS, 'nocsum')
  if (tunnel === 'gue') return { tunnel, port: given.integer('port', [1, 65535]), checksum }
  if (checksum === 'remcsum') given.refuse('checksum', 'remote checksum offload is of gue: gre has none')
  return { tunnel, checksum }
}
