/**
 * The seed's simplest mode, as it is in the fixtures, told as a story: VRID 103, PASS renwole0, group 224.0.0.111.
 */
import { singleNetwork } from './configuration.ts'
import type { Story } from './failover-story.ts'
import type { StartRouter } from './router.ts'

/** The story of two daemons that read keepalived.conf. */
export function singleNetworkStory(master: StartRouter, backup: StartRouter): Story {
  return {
    version: 2,
    advertInt: 1,
    hosts: ['172.16.8.10', '172.16.8.11'],
    addresses: ['172.16.8.100'],
    master: { priority: 100, start: host => master(host, singleNetwork('master')) },
    backup: { priority: 95, start: host => backup(host, singleNetwork('backup')) },
    advertText:
      /^ +172\.16\.8\.1[01] > 224\.0\.0\.111: VRRPv2, Advertisement, vrid 103, prio (100|95|0), authtype simple, intvl 1s, length 20, addrs: 172\.16\.8\.100 auth "renwole0"$/,
  }
}
