/**
 * Tables of any kind that IPVS can work with, for property tests and for comparison with ipvsadm.
 */
import fc from 'fast-check'
import {
  completeDestination,
  completeService,
  type DesiredTable,
  type DestinationOptions,
  formatDestinationKey,
  formatServiceKey,
  type SchedulingOptions,
  type ServiceKey,
  type ServiceOptions,
} from '../../lib/ipvs/index.ts'

const byte = fc.nat(255)
const v4 = fc.tuple(fc.integer({ min: 1, max: 223 }), byte, byte, byte).map(bytes => bytes.join('.'))
const v6 = fc
  .array(fc.nat(0xffff), { minLength: 6, maxLength: 6 })
  .map(groups => `2001:db8:${groups.map(group => group.toString(16)).join(':')}`)
const port = fc.integer({ min: 1, max: 65535 })

const key: fc.Arbitrary<ServiceKey> = fc.oneof(
  fc.record({ protocol: fc.constantFrom('tcp' as const, 'udp' as const, 'sctp' as const), address: v4, port }),
  fc.record({ protocol: fc.constantFrom('tcp' as const, 'udp' as const), address: v6, port }),
  // From 2^31 on ipvsadm writes them as negative numbers.
  fc.record({ fwmark: fc.integer({ min: 1, max: 0x7fffffff }), family: fc.constantFrom(4 as const, 6 as const) }),
)

const scheduling: fc.Arbitrary<SchedulingOptions> = fc.oneof(
  fc.record({
    scheduler: fc.constantFrom(
      'rr' as const,
      'wrr' as const,
      'lc' as const,
      'wlc' as const,
      'dh' as const,
      'nq' as const,
    ),
    schedulerFlags: fc.subarray(['flag-1' as const, 'flag-2' as const, 'flag-3' as const]),
  }),
  fc.record({
    scheduler: fc.constant('sh' as const),
    schedulerFlags: fc.subarray(['sh-fallback' as const, 'sh-port' as const]),
  }),
  fc.record({
    scheduler: fc.constant('mh' as const),
    schedulerFlags: fc.subarray(['mh-fallback' as const, 'mh-port' as const]),
  }),
)

const service: fc.Arbitrary<ServiceOptions> = fc
  .record({
    key,
    scheduling,
    timeout: fc.option(fc.integer({ min: 1, max: 86400 * 31 })),
    prefix: fc.integer({ min: 1, max: 128 }),
    onePacket: fc.boolean(),
    sip: fc.boolean(),
  })
  .map(({ key, scheduling, timeout, prefix, onePacket, sip }) => {
    const isV6 = key.fwmark !== undefined ? key.family === 6 : key.address.includes(':')
    const isDatagram = key.fwmark !== undefined || key.protocol === 'udp'
    const persistence = timeout === null ? false : { timeout, mask: isV6 ? prefix : Math.ceil(prefix / 4) }
    return {
      ...key,
      ...scheduling,
      persistence,
      onePacket: onePacket && isDatagram,
      persistenceEngine: sip && isDatagram && persistence !== false ? 'sip' : (false as const),
    }
  })

const checksum = fc.constantFrom('nocsum' as const, 'csum' as const)
const tunnel = fc.oneof(
  fc.constant({ tunnel: 'ipip' as const }),
  fc.record({
    tunnel: fc.constant('gue' as const),
    port,
    checksum: fc.oneof(checksum, fc.constant('remcsum' as const)),
  }),
  fc.record({ tunnel: fc.constant('gre' as const), checksum }),
)

function destinationOf(isV6: boolean, servicePort: number): fc.Arbitrary<DestinationOptions> {
  const settings = {
    weight: fc.oneof(fc.nat(100), fc.nat(0x7fffffff)),
    upperThreshold: fc.oneof(fc.constant(0), fc.integer({ min: 10, max: 0x7fffffff })),
  }
  const same = isV6 ? v6 : v4
  return fc.oneof(
    fc.record({ ...settings, address: same, port, forward: fc.constant('masq' as const) }),
    fc.record({ ...settings, address: same, port: fc.constant(servicePort), forward: fc.constant('droute' as const) }),
    fc.record({ ...settings, address: fc.oneof(v4, v6), port: fc.constant(servicePort), forward: tunnel }),
  )
}

/** Any table. */
export function tables(): fc.Arbitrary<DesiredTable> {
  const entry = service.chain(service => {
    const isV6 = service.fwmark === undefined ? service.address.includes(':') : service.family === 6
    const servicePort = service.fwmark === undefined ? service.port : 0
    return fc
      .uniqueArray(destinationOf(isV6, servicePort), {
        maxLength: 6,
        selector: destination => formatDestinationKey(completeDestination(service, destination)),
      })
      .map(destinations => ({ ...service, destinations }))
  })
  return fc.uniqueArray(entry, { maxLength: 8, selector: each => formatServiceKey(completeService(each)) })
}
