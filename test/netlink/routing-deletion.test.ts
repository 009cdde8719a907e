/**
 * Deletions of routes and rules: what the kernel tells of ours is recognised, and anything cut off is passed over.
 */
import t from 'tap'
import type { Route, Rule } from '../../lib/net/index.ts'
import {
  decodeDeletion,
  encodeRoute,
  encodeRule,
  RTM_DELROUTE,
  RTM_DELRULE,
  RTM_NEWROUTE,
  routeKey,
  ruleKey,
} from '../../lib/netlink/index.ts'
import { ROUTE as SAMPLE } from '../net/sample-route.ts'

const ROUTE: Route = { ...SAMPLE, table: 6909 }
const RULE: Rule = { family: 6, action: { type: 'table', table: 7 }, preference: 50, protocol: 18 }
const message = (type: number, body: Uint8Array) => ({ type, flags: 0, sequence: 0, body })
const deletionOf = (route: Route) =>
  message(
    RTM_DELROUTE,
    encodeRoute(route, () => 3),
  )

t.test('what was deleted has the key of what was set', async t => {
  const routes: readonly Route[] = [
    ROUTE,
    { ...ROUTE, destination: '0.0.0.0', prefixLength: 0, table: 254 },
    { ...ROUTE, family: 6, destination: '2001:db8:1::', prefixLength: 48, hops: [{ interface: 'eth0' }] },
    { ...ROUTE, family: 6, destination: '::', prefixLength: 0, hops: [{ interface: 'eth0' }] },
  ]
  for (const route of routes) t.equal(decodeDeletion(deletionOf(route)), routeKey(route))
  t.equal(new Set(routes.map(routeKey)).size, routes.length)
  t.equal(decodeDeletion(message(RTM_DELRULE, encodeRule(RULE))), ruleKey(RULE))
  t.not(ruleKey(RULE), ruleKey({ ...RULE, family: 4 }))
})

t.test('other messages, other families and what is cut off', async t => {
  const { body } = deletionOf(ROUTE)
  t.equal(decodeDeletion(message(RTM_NEWROUTE, body)), undefined)
  t.equal(decodeDeletion(message(RTM_DELROUTE, Uint8Array.from(body).fill(7, 0, 1))), undefined)
  const whole = new Set([decodeDeletion(deletionOf(ROUTE))])
  for (let length = 0; length < body.length; length++) {
    const key = decodeDeletion(message(RTM_DELROUTE, body.subarray(0, length)))
    // Between two attributes the list is shorter, and whole.
    if (key !== undefined) whole.add(key)
  }
  t.strictSame([...whole].sort(), [
    'route 4 0.0.0.0/24 0 18',
    'route 4 198.51.100.0/24 0 18',
    'route 4 198.51.100.0/24 6909 18',
  ])
})
