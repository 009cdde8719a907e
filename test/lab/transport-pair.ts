/**
 * Two hosts of the lab as the transport suite wants them, each with the kernel's ports of its namespace.
 */
import type { ChannelOptions, Transport } from '../../lib/instance/index.ts'
import { type LinuxPorts, linuxPorts } from '../../lib/linux/index.ts'
import type { TransportPair, TransportSide } from '../transport-compliance.ts'
import type { Host } from './host.ts'
import { Lab } from './lab.ts'
import { insideNamespace, until } from './namespace.ts'

/** One end of a pair. */
export interface LabSide extends TransportSide {
  readonly host: Host
  readonly ports: LinuxPorts
}

/** A pair with what is beneath it. */
export interface LabPair extends TransportPair {
  readonly lab: Lab
  readonly a: LabSide
  readonly b: LabSide
}

/** @param choose - the transport to test; by default that of the ports */
export async function labPair(
  choose: (ports: LinuxPorts) => Promise<Transport> = async ports => ports.transport,
): Promise<LabPair> {
  const lab = new Lab()
  const side = async (name: string, address: string): Promise<LabSide> => {
    // Not one that the kernel makes: a link-local address that is still tentative cannot be sent to.
    const host = lab.addHost(name, `${address}/24`, `fe80::${name}/64`)
    const ports = insideNamespace(host, linuxPorts)
    const own = () => ports.links.get('eth0')
    const linkLocal = () => own()?.addresses.find(ip => ip.startsWith('fe80'))
    await until(() => own()?.running === true && linkLocal() !== undefined)
    const addresses = { 4: address, 6: linkLocal() ?? '' }
    return { host, ports, transport: inside(host, await choose(ports)), interface: 'eth0', addresses }
  }
  const a = await side('a', '10.9.0.1')
  const b = await side('b', '10.9.0.2')
  // The kernel opens the ports of the bridge up to a second after the interfaces of the hosts say that they run.
  await untilHeard(a, b)
  await untilHeard(b, a)
  const close = () => {
    for (const { ports, transport } of [a, b]) {
      transport.close()
      ports.close()
    }
    lab.close()
  }
  return { lab, a, b, until, close }
}

async function untilHeard(from: LabSide, to: LabSide): Promise<void> {
  const group = '224.0.0.254'
  const options = { interface: 'eth0', family: 4, vrid: 255, destination: { type: 'multicast', group } } as const
  let heard = false
  const open = ({ host, ports }: LabSide, listener: () => void) =>
    insideNamespace(host, () => ports.transport.open(options, listener))
  const sender = open(from, () => {})
  const receiver = open(to, () => {
    heard = true
  })
  await until(() => {
    sender.send(Uint8Array.of(0x21, 255), group)
    return heard
  })
  sender.close()
  receiver.close()
}

/** Sockets belong to the namespace in which they are opened. */
function inside(host: Host, transport: Transport): Transport {
  return {
    open: (options: ChannelOptions, listener) => insideNamespace(host, () => transport.open(options, listener)),
    close: () => transport.close(),
    get onUnclaimed() {
      return transport.onUnclaimed
    },
    set onUnclaimed(listener) {
      transport.onUnclaimed = listener
    },
  }
}
