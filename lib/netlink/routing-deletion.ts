/**
 * Which route or rule a message of the kernel is about, as far as it takes to find it among known ones. rtnetlink(7): struct
 * rtmsg and struct fib_rule_hdr begin alike, and have 12 bytes.
 */
import { formatIp, type IpFamily, type Route, type Rule } from '../net/index.ts'
import { AttributeReader } from './attribute-reader.ts'
import { AF_INET, AF_INET6, RTM_DELROUTE, RTM_DELRULE } from './constants.ts'
import type { NetlinkMessage } from './message.ts'

const HEADER_LENGTH = 12
/** struct rtmsg: family, length of the destination, of the source, TOS, table, protocol. */
const [FAMILY, PREFIX_LENGTH, TABLE, PROTOCOL] = [0, 1, 4, 5]
const RTA_DST = 1
const FRA_PRIORITY = 6
const RTA_TABLE = 15

const attributes = new AttributeReader(RTA_TABLE)

/** What routes have in common that only their hops or metrics tell apart. */
export function routeKey({
  family,
  destination,
  prefixLength,
  table,
  protocol,
}: Pick<Route, 'family' | 'destination' | 'prefixLength' | 'table' | 'protocol'>): string {
  return `route ${family} ${destination}/${prefixLength} ${table} ${protocol}`
}

/** What rules of one preference have in common. */
export function ruleKey({ family, preference }: Pick<Rule, 'family' | 'preference'>): string {
  return `rule ${family} ${preference}`
}

/** The {@link routeKey} or {@link ruleKey} of what was deleted; undefined when the message tells of something else. */
export function decodeDeletion({ type, body }: NetlinkMessage): string | undefined {
  if ((type !== RTM_DELROUTE && type !== RTM_DELRULE) || body.length < HEADER_LENGTH) return undefined
  const family = body[FAMILY] === AF_INET ? 4 : body[FAMILY] === AF_INET6 ? 6 : undefined
  if (family === undefined || !attributes.read(body, HEADER_LENGTH)) return undefined
  // The kernel leaves out a preference of 0.
  if (type === RTM_DELRULE) return ruleKey({ family, preference: attributes.u32(FRA_PRIORITY) ?? 0 })
  const destination = addressAt(family)
  const table = attributes.u32(RTA_TABLE) ?? body[TABLE] ?? 0
  return routeKey({ family, destination, prefixLength: body[PREFIX_LENGTH] ?? 0, table, protocol: body[PROTOCOL] ?? 0 })
}

/** A default route has no address. */
function addressAt(family: IpFamily): string {
  const offset = attributes.offset(RTA_DST, family === 4 ? 4 : 16)
  if (offset === undefined) return family === 4 ? '0.0.0.0' : '::'
  return formatIp(attributes.source, offset, family)
}
