/**
 * Commands to the bodies of netlink requests. struct genlmsghdr and the attributes of linux/ip_vs.h.
 *
 * An edit always sends all that a service or a destination has: what is left out, the kernel takes away (a service
 * loses its persistence engine, a tunnel becomes IP in IP).
 */
import { struct, u32 } from 'buffer-layout'
import { type IpFamily, requireIp } from '../net/index.ts'
import { AF_INET, AF_INET6, AttributeWriter, encodeGenericHeader } from '../netlink/index.ts'
import type { IpvsCommand } from './command.ts'
import type { CompleteSyncDaemon } from './complete-daemon.ts'
import type { Destination, DestinationKey, Forward } from './destination.ts'
import {
  CHECKSUM,
  COMMAND,
  DAEMON,
  DAEMON_STATE,
  DESTINATION,
  FLAG,
  IPVS_VERSION,
  METHOD,
  PROTOCOL,
  SCHEDULER_FLAGS_SHIFT,
  SERVICE,
  TOP,
  TUNNEL,
} from './numbers.ts'
import { schedulerFlagBits } from './scheduling.ts'
import type { Service } from './service.ts'
import { type ServiceKey, serviceFamily } from './service-key.ts'

// struct ip_vs_flags: the new flags are `old & ~mask | flags & mask`.
const FLAGS = struct<{ readonly flags: number; readonly mask: number }>([u32('flags'), u32('mask')])
const ALL = 0xffffffff

/** The kernel's numbers of the commands. */
const COMMANDS: Readonly<Record<IpvsCommand['type'], number>> = {
  'add-service': COMMAND.newService,
  'edit-service': COMMAND.setService,
  'delete-service': COMMAND.deleteService,
  'add-destination': COMMAND.newDestination,
  'edit-destination': COMMAND.setDestination,
  'delete-destination': COMMAND.deleteDestination,
  zero: COMMAND.zero,
  flush: COMMAND.flush,
  'start-daemon': COMMAND.newDaemon,
  'stop-daemon': COMMAND.deleteDaemon,
  'set-timeouts': COMMAND.setConfig,
}

/**
 * Writes the body of the request for a command.
 * @throws RangeError for an address, a protocol or a way that is none: `completeService` and the like make none such
 */
export function writeCommand(writer: AttributeWriter, command: IpvsCommand): void {
  writer.raw(header(COMMANDS[command.type]))
  switch (command.type) {
    case 'add-service':
    case 'edit-service':
      writeService(writer, command.service)
      break
    case 'delete-service':
      writeServiceKey(writer, command.service)
      break
    case 'add-destination':
    case 'edit-destination':
      writeServiceKey(writer, command.service)
      writeDestination(writer, command.service, command.destination)
      break
    case 'delete-destination': {
      writeServiceKey(writer, command.service)
      const nest = writer.begin(TOP.destination)
      writeDestinationKey(writer, command.service, command.destination)
      writer.end(nest)
      break
    }
    case 'zero':
      if (command.service !== undefined) writeServiceKey(writer, command.service)
      break
    case 'start-daemon':
      writeDaemon(writer, command.daemon)
      break
    case 'stop-daemon': {
      const nest = writer.begin(TOP.daemon)
      writer.u32(DAEMON.state, DAEMON_STATE[command.state]).end(nest)
      break
    }
    case 'set-timeouts': {
      const { tcp, tcpFin, udp } = command.timeouts
      if (tcp !== undefined) writer.u32(TOP.timeoutTcp, tcp)
      if (tcpFin !== undefined) writer.u32(TOP.timeoutTcpFin, tcpFin)
      if (udp !== undefined) writer.u32(TOP.timeoutUdp, udp)
    }
  }
}

/** The body of the request for a command. @throws RangeError for an address, a protocol or a way that is none */
export function encodeCommand(command: IpvsCommand): Uint8Array {
  const writer = new AttributeWriter()
  writeCommand(writer, command)
  return writer.take()
}

/** What can be asked: for one service or its destinations, for all services, the daemons, the time-outs, the version. */
export type IpvsQuestion = 'getService' | 'getDestination' | 'getDaemon' | 'getConfig' | 'getInfo'

/** Writes the body of a question. */
export function writeQuestion(writer: AttributeWriter, question: IpvsQuestion, service?: ServiceKey): void {
  writer.raw(header(COMMAND[question]))
  if (service !== undefined) writeServiceKey(writer, service)
}

/** The body of a question. */
export function encodeQuestion(question: IpvsQuestion, service?: ServiceKey): Uint8Array {
  const writer = new AttributeWriter()
  writeQuestion(writer, question, service)
  return writer.take()
}

/**
 * A request that the kernel always refuses, and that tells whether it has a scheduler: ENOENT when not, else EINVAL for
 * the prefix length 0 of IPv6.
 */
export function encodeProbe(scheduler: string): Uint8Array {
  const writer = new AttributeWriter().raw(header(COMMAND.newService))
  const nest = writer.begin(TOP.service)
  writeKey(writer, { fwmark: ALL, family: 6 }, 6)
  writer
    .text(SERVICE.scheduler, scheduler)
    .bytes(SERVICE.flags, new Uint8Array(FLAGS.span))
    .u32(SERVICE.timeout, 0)
    .u32(SERVICE.netmask, 0)
  return writer.end(nest).take()
}

const headers = new Map<number, Uint8Array>()

function header(command: number): Uint8Array {
  const known = headers.get(command)
  if (known !== undefined) return known
  const made = encodeGenericHeader(command, IPVS_VERSION)
  headers.set(command, made)
  return made
}

function writeServiceKey(writer: AttributeWriter, key: ServiceKey): void {
  const nest = writer.begin(TOP.service)
  writeKey(writer, key, serviceFamily(key))
  writer.end(nest)
}

function writeKey(writer: AttributeWriter, key: ServiceKey, family: IpFamily): void {
  writer.u16(SERVICE.family, familyNumber(family))
  if (key.fwmark !== undefined) {
    writer.u32(SERVICE.fwmark, key.fwmark)
    return
  }
  writer
    .u16(SERVICE.protocol, protocolNumber(key.protocol))
    .bytes(SERVICE.address, requireIp(key.address, 'address'))
    .u16be(SERVICE.port, key.port)
}

function writeService(writer: AttributeWriter, service: Service): void {
  const nest = writer.begin(TOP.service)
  const family = serviceFamily(service)
  const { persistence, persistenceEngine } = service
  writeKey(writer, service, family)
  writer.text(SERVICE.scheduler, service.scheduler)
  let flags = schedulerFlagBits(service) << SCHEDULER_FLAGS_SHIFT
  if (persistence !== false) flags |= FLAG.persistent
  if (service.onePacket) flags |= FLAG.onePacket
  const bytes = Buffer.alloc(FLAGS.span)
  FLAGS.encode({ flags, mask: ALL }, bytes)
  writer.bytes(SERVICE.flags, bytes).u32(SERVICE.timeout, persistence === false ? 0 : persistence.timeout)
  const mask = persistence === false ? undefined : persistence.mask
  // A prefix length of IPv6 must be there, and not 0, persistence or not.
  if (family === 6) writer.u32(SERVICE.netmask, typeof mask === 'number' ? mask : 128)
  else writer.bytes(SERVICE.netmask, requireIp(typeof mask === 'string' ? mask : '255.255.255.255', 'mask'))
  if (persistenceEngine !== false) writer.text(SERVICE.engine, persistenceEngine)
  writer.end(nest)
}

function writeDestinationKey(writer: AttributeWriter, service: ServiceKey, { address, port }: DestinationKey): void {
  const bytes = requireIp(address, 'address')
  const family: IpFamily = bytes.length === 4 ? 4 : 6
  writer.bytes(DESTINATION.address, bytes).u16be(DESTINATION.port, port)
  // Kernels before 3.18 do not know the attribute, nor destinations of another family.
  if (family !== serviceFamily(service)) writer.u16(DESTINATION.family, familyNumber(family))
}

function writeDestination(writer: AttributeWriter, service: ServiceKey, destination: Destination): void {
  const { forward, weight, upperThreshold, lowerThreshold } = destination
  const nest = writer.begin(TOP.destination)
  writeDestinationKey(writer, service, destination)
  writer
    .u32(DESTINATION.method, methodNumber(forward))
    .u32(DESTINATION.weight, weight)
    .u32(DESTINATION.upperThreshold, upperThreshold)
    .u32(DESTINATION.lowerThreshold, lowerThreshold)
  if (typeof forward === 'object' && 'tunnel' in forward) {
    const checksum = forward.tunnel === 'ipip' ? 'nocsum' : forward.checksum
    writer
      .u8(DESTINATION.tunnelType, TUNNEL[forward.tunnel])
      .u16be(DESTINATION.tunnelPort, forward.tunnel === 'gue' ? forward.port : 0)
      .u16(DESTINATION.tunnelFlags, CHECKSUM[checksum])
  }
  writer.end(nest)
}

function writeDaemon(writer: AttributeWriter, daemon: CompleteSyncDaemon): void {
  const group = requireIp(daemon.group, 'group')
  const nest = writer.begin(TOP.daemon)
  writer
    .u32(DAEMON.state, DAEMON_STATE[daemon.state])
    .text(DAEMON.interface, daemon.interface)
    .u32(DAEMON.syncId, daemon.syncId)
    .bytes(group.length === 4 ? DAEMON.group : DAEMON.group6, group)
    // In the order of the machine, unlike every other port.
    .u16(DAEMON.port, daemon.port)
    .u8(DAEMON.ttl, daemon.ttl)
  if (daemon.maxLength !== undefined) writer.u16(DAEMON.maxLength, daemon.maxLength)
  writer.end(nest)
}

function familyNumber(family: IpFamily): number {
  return family === 4 ? AF_INET : AF_INET6
}

/** The number of a protocol. */
function protocolNumber(protocol: string): number {
  if (protocol === 'tcp' || protocol === 'udp' || protocol === 'sctp') return PROTOCOL[protocol]
  const number = /^ip-(\d{1,5})$/.exec(protocol)?.[1]
  if (number === undefined || Number(number) > 0xffff) throw new RangeError(`protocol: '${protocol}' is unknown`)
  return Number(number)
}

function methodNumber(forward: Forward): number {
  if (typeof forward === 'string') return METHOD[forward]
  if ('tunnel' in forward) return METHOD.tunnel
  throw new RangeError(`forward: '${forward.unknown}' is no way that IPVS has`)
}
