/**
 * The network of the seed's LVS-DR article: two directors on eth1, two web servers that hold the virtual addresses on
 * lo and do not answer ARP for them, a client, all on one segment.
 */
import type { Host } from './host.ts'
import type { Lab } from './lab.ts'
import { Nginx } from './setups-nginx.ts'

/** The virtual addresses of the article. */
export const VIPS = ['10.16.8.100', '10.16.8.101'] as const

/** Its hosts. */
export interface LvsNetwork {
  readonly client: Host
  readonly ka67: Host
  readonly ka68: Host
  readonly web8: WebServer
  readonly web9: WebServer
}

/** A real server with its nginx, whose page is the name of the host. */
export interface WebServer {
  readonly host: Host
  readonly nginx: Nginx
}

/** Builds it, with nginx running on both web servers. */
export async function buildLvsNetwork(lab: Lab): Promise<LvsNetwork> {
  const director = (name: string, address: string) =>
    lab.addRoutedHost(name, { eth1: { bridge: 'br0', addresses: [address] } })
  const network = {
    client: lab.addHost('client', '10.16.8.2/24'),
    ka67: director('ka67', '10.16.8.10/24'),
    ka68: director('ka68', '10.16.8.11/24'),
    web8: await addWebServer(lab, 'web8', '10.16.8.8/24', VIPS),
    web9: await addWebServer(lab, 'web9', '10.16.8.9/24', VIPS),
  }
  await Promise.all([network.web8.nginx.ready(), network.web9.nginx.ready()])
  return network
}

/**
 * A web server as the article's rs.sh makes it: it takes packets to the virtual addresses, and leaves it to the
 * director to answer for them on the segment.
 */
export async function addWebServer(
  lab: Lab,
  name: string,
  address: string,
  vips: readonly string[],
): Promise<WebServer> {
  const host = lab.addHost(name, address)
  const settings = ['all', 'lo'].flatMap(device => [
    `echo 1 >/proc/sys/net/ipv4/conf/${device}/arp_ignore`,
    `echo 2 >/proc/sys/net/ipv4/conf/${device}/arp_announce`,
  ])
  const addresses = vips.map(vip => `ip address add ${vip}/${vip.includes(':') ? 128 : 32} dev lo`)
  await host.run('sh', '-ec', [...settings, ...addresses].join('\n'))
  return { host, nginx: new Nginx(host) }
}
