/**
 * A network for every way of forwarding: a director between the clients' segment and the servers' one, for NAT; the
 * client has a foot in the servers' segment too, for the ways in which servers answer it themselves.
 */
import type { Host } from './host.ts'
import type { Lab } from './lab.ts'
import { Nginx } from './setups-nginx.ts'

/** Its hosts. */
export interface FormsNetwork {
  readonly client: Host
  readonly director: Host
  readonly web1: Nginx
  readonly web2: Nginx
}

/** The addresses that the director has for services. */
export const FORM_VIPS = {
  nat: '10.0.0.100',
  quorum: '10.0.0.101',
  marked: '10.0.0.102',
  nat6: 'fd00:0:0:1::100',
  persistent: '10.1.0.100',
  tunnel: '10.1.0.101',
} as const

/** Builds it; nginx runs on both servers. */
export async function buildFormsNetwork(lab: Lab): Promise<FormsNetwork> {
  const outside = (addresses: readonly string[]) => ({ bridge: 'br0', addresses })
  const inside = (addresses: readonly string[]) => ({ bridge: 'br1', addresses })
  const client = lab.addRoutedHost('client', {
    eth0: outside(['10.0.0.2/24', 'fd00:0:0:1::2/64']),
    eth1: inside(['10.1.0.2/24']),
  })
  const { nat, quorum, marked, nat6, persistent, tunnel } = FORM_VIPS
  const director = lab.addRoutedHost('director', {
    eth0: outside(['10.0.0.1/24', 'fd00:0:0:1::1/64', `${nat}/32`, `${quorum}/32`, `${marked}/32`, `${nat6}/128`]),
    eth1: inside(['10.1.0.1/24', 'fd00:0:0:2::1/64', `${persistent}/32`, `${tunnel}/32`]),
  })
  await director.run(
    'sh',
    '-ec',
    `echo 1 >/proc/sys/net/ipv4/ip_forward
     echo 1 >/proc/sys/net/ipv6/conf/all/forwarding
     tc qdisc add dev eth0 ingress
     tc filter add dev eth0 ingress protocol ip u32 match ip dport 8080 0xffff action skbedit mark 7`,
  )
  const [web1, web2, sorry] = await Promise.all([
    addServer(lab, 'web1', 11),
    addServer(lab, 'web2', 12),
    addServer(lab, 'sorry', 13),
  ])
  await Promise.all([web1.ready(), web2.ready(), sorry.ready()])
  return { client, director, web1, web2 }
}

async function addServer(lab: Lab, name: string, last: number): Promise<Nginx> {
  const addresses = [`10.1.0.${last}/24`, `fd00:0:0:2::${last}/64`]
  const host = lab.addRoutedHost(name, { eth0: { bridge: 'br1', addresses } })
  await host.run(
    'sh',
    '-ec',
    `for device in all lo; do
       echo 1 >/proc/sys/net/ipv4/conf/$device/arp_ignore
       echo 2 >/proc/sys/net/ipv4/conf/$device/arp_announce
     done
     ip route add default via 10.1.0.1
     ip -6 route add default via fd00:0:0:2::1
     ip address add ${FORM_VIPS.persistent}/32 dev lo
     # The first use of the module makes tunl0 in each namespace that there is.
     ip tunnel show >/dev/null
     ip link set tunl0 up
     ip address add ${FORM_VIPS.tunnel}/32 dev tunl0
     echo 0 >/proc/sys/net/ipv4/conf/all/rp_filter
     echo 0 >/proc/sys/net/ipv4/conf/tunl0/rp_filter`,
  )
  return new Nginx(host, 'listen [::]:80 ipv6only=off;')
}
