/**
 * Tables of few keys and any settings, so that two of them have much in common: for property tests of differences.
 */
import fc from 'fast-check'
import {
  completeDestination,
  completeService,
  type Destination,
  type Forward,
  formatDestinationKey,
  formatServiceKey,
  type IpvsTable,
  type Service,
  type ServiceKey,
  schedulerFlagNames,
  scheduling,
  serviceFamily,
} from '../../lib/ipvs/index.ts'

const few = fc.integer({ min: 1, max: 4 })
const port = fc.constantFrom(53, 80, 443)

const key: fc.Arbitrary<ServiceKey> = fc.oneof(
  fc.record({
    protocol: fc.constantFrom('tcp' as const, 'udp' as const, 'sctp' as const),
    address: few.map(n => `192.0.2.${n}`),
    port,
  }),
  fc.record({ protocol: fc.constant('udp' as const), address: few.map(n => `2001:db8::${n}`), port }),
  fc.record({ fwmark: few, family: fc.constantFrom(4 as const, 6 as const) }),
)

const schedule = fc
  .constantFrom('rr', 'wlc', 'sh', 'mh', 'lblcr')
  .chain(name => fc.subarray([...schedulerFlagNames(name)]).map(flags => scheduling(name, flags)))

/** Any complete service. */
export const service: fc.Arbitrary<Service> = fc
  .record({
    key,
    schedule,
    timeout: fc.option(fc.integer({ min: 1, max: 31 * 86400 })),
    mask: fc.integer({ min: 1, max: 32 }),
    engine: fc.boolean(),
    onePacket: fc.boolean(),
  })
  .map(({ key, schedule, timeout, mask, engine, onePacket }) => {
    const datagrams = key.protocol === undefined || key.protocol === 'udp'
    return completeService({
      ...key,
      ...schedule,
      persistence: timeout !== null && { timeout, mask },
      persistenceEngine: timeout !== null && engine && datagrams && 'sip',
      onePacket: onePacket && datagrams,
    })
  })

const tunnel: fc.Arbitrary<Forward> = fc.oneof(
  fc.constant({ tunnel: 'ipip' } as const),
  fc.record({
    tunnel: fc.constant('gue' as const),
    port: fc.integer({ min: 1, max: 65535 }),
    checksum: fc.constantFrom('nocsum' as const, 'csum' as const, 'remcsum' as const),
  }),
  fc.record({ tunnel: fc.constant('gre' as const), checksum: fc.constantFrom('nocsum' as const, 'csum' as const) }),
)

/** Any complete destination of a service. */
export function destinationOf(service: ServiceKey): fc.Arbitrary<Destination> {
  const sixth = serviceFamily(service) === 6
  return fc
    .record({
      host: few,
      sixth: fc.boolean(),
      forward: fc.oneof(tunnel, fc.constantFrom<Forward>('masq', 'droute', 'local', 'bypass')),
      weight: fc.integer({ min: 0, max: 0x7fffffff }),
      thresholds: fc.tuple(fc.integer({ min: 0, max: 0xffffffff }), fc.integer({ min: 0, max: 0xffffffff })),
    })
    .map(({ host, sixth: other, forward, weight, thresholds: [a, b] }) => {
      const six = typeof forward === 'object' ? other : sixth
      return completeDestination(service, {
        address: six ? `2001:db8:1::${host}` : `198.51.100.${host}`,
        ...(forward === 'masq' && { port: 8000 + host }),
        forward,
        weight,
        upperThreshold: Math.max(a, b),
        lowerThreshold: Math.min(a, b),
      })
    })
}

/** Any complete table. */
export const table: fc.Arbitrary<IpvsTable> = fc
  .uniqueArray(service, { selector: formatServiceKey, maxLength: 6 })
  .chain(services =>
    fc.tuple(
      ...services.map(one =>
        fc
          .uniqueArray(destinationOf(one), { selector: formatDestinationKey, maxLength: 4 })
          .map(destinations => ({ ...one, destinations })),
      ),
    ),
  )
