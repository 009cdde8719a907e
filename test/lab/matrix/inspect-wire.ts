/**
 * What a cell left on the wire and in the logs, as others read it: tcpdump checks every advert, and no daemon complains.
 */
import type { Capture } from '../capture.ts'
import { COMPLAINT } from '../failover-story.ts'
import type { LabRouter } from '../router.ts'
import type { Cell } from './cell.ts'
import { unicastAddress, VRID, virtualMac } from './setting.ts'

/** The whole text of an advert: a remark such as `(bad vrrp cksum …)` would stand behind its fields. */
const ADVERT =
  /VRRPv([23]), Advertisement, vrid (\d+), prio \d+, (authtype (none|simple|ah), )?intvl \d+c?s, length \d+, addrs(\(\d+\))?: [0-9a-f.:,]+( auth "secret12")?$/
const HEADER = /tos 0xc0, ttl 255, |class 0xc0, .*hlim 255, /

/** What is wrong with the packets and the logs of a cell. */
export function inspectWire({ setting, daemons }: Cell, wire: Capture, routers: readonly LabRouter[]): string[] {
  const problems = new Set<string>()
  const fromKeepalived = daemons.flatMap((kind, node) =>
    kind === 'keepalived' ? [` ${unicastAddress(setting.family, node)} > `] : [],
  )
  const forgive = (line: string) =>
    setting.kernelHopLimit && fromKeepalived.some(source => line.includes(source))
      ? line.replace(', (ttl 64)', '').replace('hlim 64', 'hlim 255')
      : line
  // Without their times, equal lines are one problem.
  const lines = wire
    .text()
    .split('\n')
    .map(line => forgive(line.replace(/^[0-9:.]+ /, '')))
  const adverts = lines.filter(line => line.includes('VRRPv'))
  const seen = wire.frames.filter(({ kind }) => kind === 'advert')
  if (adverts.length !== seen.length) problems.add(`tcpdump reads ${adverts.length} of ${seen.length} adverts`)
  for (const line of adverts) {
    const text = setting.messageChecksum ? line.replace(/, \(bad vrrp cksum [^)]*\)/, '') : line
    const [, version, vrid] = ADVERT.exec(text) ?? []
    if (Number(version) !== setting.version || Number(vrid) !== VRID) problems.add(`tcpdump: ${line.trim()}`)
  }
  const headers = lines.filter(line => /(proto|next-header) (VRRP|AH)/.test(line))
  if (headers.length !== seen.length) problems.add(`tcpdump reads ${headers.length} of ${seen.length} headers`)
  for (const line of headers) if (!HEADER.test(line)) problems.add(`tcpdump: ${line.trim()}`)

  for (const { sourceMac } of setting.virtualMac ? seen : []) {
    if (sourceMac !== virtualMac(setting.family)) problems.add(`an advert comes from ${sourceMac}`)
  }
  for (const { daemon } of routers) {
    for (const { text } of daemon.log) if (COMPLAINT.test(text)) problems.add(`${daemon.name}: ${text}`)
  }
  return [...problems]
}
