/**
 * A route to play with.
 */
import type { Route } from '../../lib/net/index.ts'

/** As keepalived sets it: main table, protocol 18. */
export const ROUTE: Route = {
  type: 'unicast',
  family: 4,
  destination: '198.51.100.0',
  prefixLength: 24,
  hops: [{ gateway: '192.0.2.254', interface: 'eth0' }],
  table: 254,
  protocol: 18,
  scope: 0,
}
