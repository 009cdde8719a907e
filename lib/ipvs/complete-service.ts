/**
 * Services as they are given: checked, with the defaults of ipvsadm(8) put in. The kernel takes many values that it
 * cannot work with; each of them is refused here, with the reason.
 */
import { canonicalIp, familyOf, type IpFamily } from '../net/index.ts'
import { unicastAddress } from './check-address.ts'
import { Given, type Problem, requireNoProblem, shown } from './given.ts'
import { type Scheduling, schedulerFlagProblem, schedulerProblem, scheduling } from './scheduling.ts'
import { DEFAULT_PERSISTENCE, MAX_TIMEOUT, type Persistence, type Service, type ServiceOptions } from './service.ts'
import { type ServiceKey, serviceFamily } from './service-key.ts'

// What was read may be given back: its statistics count for nothing.
const OPTIONS = new Set([
  'protocol',
  'address',
  'port',
  'fwmark',
  'family',
  'scheduler',
  'schedulerFlags',
  'persistence',
  'persistenceEngine',
  'onePacket',
  'statistics',
  'destinations',
])

/**
 * The service that is meant: defaults put in, addresses canonical, flags in the order of their bits.
 * @throws RangeError that names the option and says what is wrong with it
 */
export function completeService(options: ServiceOptions): Service {
  return requireNoProblem(problems => readService(options, '', problems))
}

/** What is wrong with a service as it is given, whatever it is; empty when nothing is. */
export function checkService(options: unknown): readonly Problem[] {
  const problems: Problem[] = []
  readService(options, '', problems)
  return problems
}

/** Reads a service at `path`, adding to `problems`. The result is of use only when there are none. */
export function readService(options: unknown, path: string, problems: Problem[]): Service {
  const given = new Given(options, path, problems)
  given.only(OPTIONS)
  const key = readKey(given)
  const persistence = readPersistence(given, serviceFamily(key), problems)
  if (key.fwmark === undefined && given.get('port') === 0 && persistence === false) {
    given.refuse('port', '0 means all ports, and all ports need persistence')
  }
  const datagrams = key.fwmark !== undefined || key.protocol === 'udp'
  const persistenceEngine = readEngine(given, persistence, datagrams)
  const onePacket = given.flag('onePacket')
  if (onePacket && !datagrams) {
    given.refuse('onePacket', 'needs UDP or a firewall mark: the packets of one connection would go to several servers')
  }
  return { ...key, ...readScheduling(given), persistence, persistenceEngine, onePacket }
}

function readKey(given: Given): ServiceKey {
  if (given.has('fwmark')) {
    for (const option of ['protocol', 'address', 'port'].filter(option => given.has(option))) {
      given.refuse(option, 'a service by firewall mark has none')
    }
    const family: IpFamily = given.get('family') === 6 ? 6 : 4
    if (given.get('family') !== family) given.refuse('family', `${shown(given.get('family'))} is neither 4 nor 6`)
    return { fwmark: given.integer('fwmark', [1, 0xffffffff]), family }
  }
  if (given.has('family')) given.refuse('family', 'is for firewall marks: an address says its family itself')
  return {
    protocol: given.word('protocol', ['tcp', 'udp', 'sctp']),
    address: unicastAddress(given, 'address'),
    port: given.integer('port', [0, 65535]),
  }
}

function readScheduling(given: Given): Scheduling {
  const name = given.get('scheduler') ?? 'wlc'
  const problem = schedulerProblem(name)
  if (typeof name !== 'string' || problem !== undefined) {
    given.refuse('scheduler', problem ?? 'must be the name of a scheduler')
    return scheduling('wlc')
  }
  const flags: unknown = given.get('schedulerFlags') ?? []
  if (!Array.isArray(flags)) {
    given.refuse('schedulerFlags', 'must be an array of flags')
    return scheduling(name)
  }
  const known: string[] = []
  for (const flag of flags) {
    const refused = schedulerFlagProblem(name, flag)
    if (refused === undefined) known.push(flag)
    else given.refuse('schedulerFlags', refused)
  }
  return scheduling(name, known)
}

const PERSISTENCE_OPTIONS = new Set(['timeout', 'mask'])

function readPersistence(service: Given, family: IpFamily, problems: Problem[]): Persistence | false {
  const value = service.get('persistence') ?? false
  if (value === false) return false
  const given = new Given(value, service.path('persistence'), problems)
  given.only(PERSISTENCE_OPTIONS)
  const timeout = given.integer('timeout', [1, MAX_TIMEOUT], DEFAULT_PERSISTENCE)
  return { timeout, mask: family === 4 ? readNetmask(given) : given.integer('mask', [1, 128], 128) }
}

function readNetmask(given: Given): string {
  const mask = given.get('mask')
  if (typeof mask === 'string' && familyOf(mask) === 4) return canonicalIp(mask)
  if (mask !== undefined && typeof mask !== 'number') {
    given.refuse('mask', `${shown(mask)} is not a netmask like 255.255.255.0`)
  }
  const length = typeof mask === 'number' ? given.integer('mask', [1, 32]) : 32
  const bits = (0xffffffff << (32 - length)) >>> 0
  return [24, 16, 8, 0].map(shift => (bits >>> shift) & 0xff).join('.')
}

function readEngine(given: Given, persistence: Persistence | false, datagrams: boolean): string | false {
  const engine = given.get('persistenceEngine') ?? false
  if (engine === false) return false
  if (typeof engine !== 'string' || !/^[\w-]{1,15}$/.test(engine)) {
    given.refuse('persistenceEngine', `${shown(engine)} is not the name of a persistence engine`)
    return false
  }
  if (persistence === false) given.refuse('persistenceEngine', `${engine} does nothing without persistence`)
  if (engine === 'sip' && !datagrams) {
    given.refuse('persistenceEngine', 'sip reads call ids from UDP alone: every connection would be dropped')
  }
  return engine
}
