/**
 * Takes looks from within a network namespace, for datagram-looks.test.ts: prints how each ends.
 */

import type { CheckSpecification } from '../../lib/health/index.ts'
import { milliseconds } from '../../lib/time/index.ts'
import { look } from './look.ts'
import { TIMING } from './timing.ts'

const LOOKS: readonly (readonly [
  type: 'ping' | 'udp' | 'tcp',
  address: string,
  mark?: number | undefined,
  interfaceName?: string,
])[] = [
  ['ping', '10.91.0.1'],
  ['ping', '10.91.0.2'],
  ['ping', '10.92.0.1'],
  ['udp', '10.91.0.2'],
  ['tcp', '10.91.0.1'],
  ['tcp', '10.91.0.1', 5],
  ['tcp', '10.93.0.1', 7],
  ['tcp', '10.91.0.1', undefined, 'lo'],
  ['tcp', '10.91.0.1', undefined, 'none'],
]

const lines = LOOKS.map(async ([type, address, mark, interfaceName]) => {
  const target = {
    address,
    port: 9,
    timeout: milliseconds(4000),
    ...(mark !== undefined && { mark }),
    ...(interfaceName !== undefined && { interface: interfaceName }),
  }
  const check: CheckSpecification = { ...TIMING, id: 'x', type, target }
  const outcome = await look(check)
  const how = `${mark === undefined ? '' : ` mark ${mark}`}${interfaceName === undefined ? '' : ` on ${interfaceName}`}`
  return `${type} ${address}${how}: ${outcome.replace(/:.*/, '')}`
})
for (const line of await Promise.all(lines)) console.log(line)
