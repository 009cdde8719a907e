/**
 * The options of ipvsadm(8) on our command line: the same letters, the same names.
 */
import type { Command } from 'commander'
import type { IpvsadmArguments } from '../lib/ipvs/index.ts'

/** Options that name a service. */
export function addKeyOptions(command: Command): Command {
  return command
    .option('-t, --tcp-service <address>', 'TCP service: host[:port], [IPv6]:port')
    .option('-u, --udp-service <address>', 'UDP service')
    .option('--sctp-service <address>', 'SCTP service')
    .option('-f, --fwmark-service <mark>', 'service by firewall mark')
    .option('-6, --ipv6', 'the mark is of IPv6 packets')
}

/** Settings of a service. */
export function addServiceOptions(command: Command): Command {
  return command
    .option('-s, --scheduler <name>', 'rr, wrr, lc, wlc (default), lblc, lblcr, dh, sh, sed, nq, fo, ovf, mh')
    .option('-b, --sched-flags <flags>', 'flags of the scheduler, with commas between them')
    .option('-p, --persistent [seconds]', 'a client stays with its server (default 360 s)')
    .option('-M, --netmask <mask>', 'clients of one network count as one: netmask, of IPv6 a prefix length')
    .option('--pe <engine>', 'persistence engine: sip')
    .option('-o, --ops', 'one-packet scheduling of UDP')
}

/** Settings of a server, and its address. */
export function addServerOptions(command: Command): Command {
  return addAddressOption(command)
    .option('-g, --gatewaying', 'direct routing (default)')
    .option('-i, --ipip', 'through a tunnel')
    .option('-m, --masquerading', 'network address translation')
    .option('--tun-type <type>', 'tunnel: ipip (default), gue, gre')
    .option('--tun-port <port>', 'port of a tunnel by gue')
    .option('--tun-nocsum', 'tunnel without checksums (default)')
    .option('--tun-csum', 'tunnel with checksums')
    .option('--tun-remcsum', 'tunnel with remote checksum offload')
    .option('-w, --weight <number>', 'share of the server (default 1); 0: no new connections')
    .option('-x, --u-threshold <number>', 'no new connections from so many on')
    .option('-y, --l-threshold <number>', 'new connections again below so many')
}

/** The address of a server. */
export function addAddressOption(command: Command): Command {
  return command.requiredOption('-r, --real-server <address>', 'server: host[:port]')
}

/** What commander read, by ipvsadm's names. Options of ours alone are left out. */
export function givenOptions(options: Readonly<Record<string, unknown>>): IpvsadmArguments {
  const entries = Object.entries(options).flatMap(([name, value]) => {
    if (OURS.has(name) || (typeof value !== 'string' && typeof value !== 'boolean')) return []
    return [[name.replace(/[A-Z]/g, letter => `-${letter.toLowerCase()}`), value] as const]
  })
  return Object.fromEntries(entries)
}

const OURS = new Set(['netns', 'json'])
