/**
 * The names that tcpdump gives to IP protocols in front of which, or as which, VRRP is found.
 */

/** Name of an IP protocol number, `unknown` for those that never carry VRRP under its own number. */
export function protocolName(protocol: number): string {
  switch (protocol) {
    case 0:
      return 'Options'
    case 43:
      return 'Routing'
    case 44:
      return 'Fragment'
    case 51:
      return 'AH'
    case 112:
      return 'VRRP'
    default:
      return 'unknown'
  }
}
