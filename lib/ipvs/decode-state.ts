/**
 * What is not service or destination in netlink messages: synchronisation daemons, time-outs, the version.
 */
import { formatIp, type IpFamily } from '../net/index.ts'
import { decodeGeneric, decodeWholeAttributes, readText, readU16, readU32 } from '../netlink/index.ts'
import { DAEMON, DAEMON_STATE, INFO, TOP } from './numbers.ts'
import type { SyncDaemon } from './sync-daemon.ts'
import type { Timeouts } from './timeouts.ts'

/** IPVS in this kernel. */
export interface IpvsInfo {
  /** `1.2.1` */
  readonly version: string
  /** Buckets of the connection table; it holds more connections than that. */
  readonly connectionTableSize: number
}

/** The daemon in the body of an IPVS_CMD_NEW_DAEMON message; undefined when any of it is missing or cut off. */
export function decodeDaemon(body: Uint8Array): SyncDaemon | undefined {
  const nest = decodeGeneric(body)?.attributes.get(TOP.daemon)
  const attributes = nest && decodeWholeAttributes(nest)
  if (attributes === undefined) return undefined
  const number = readU32(attributes.get(DAEMON.state))
  const state = number === DAEMON_STATE.master ? 'master' : number === DAEMON_STATE.backup ? 'backup' : undefined
  const name = readText(attributes.get(DAEMON.interface))
  const syncId = readU32(attributes.get(DAEMON.syncId))
  if (state === undefined || name === undefined || syncId === undefined) return undefined
  // Kernels before 4.3 have these values built in, and do not tell them.
  return {
    state,
    interface: name,
    syncId,
    maxLength: readU16(attributes.get(DAEMON.maxLength)) ?? 1472,
    group: group(attributes.get(DAEMON.group), 4) ?? group(attributes.get(DAEMON.group6), 6) ?? '224.0.0.81',
    port: readU16(attributes.get(DAEMON.port)) ?? 8848,
    ttl: attributes.get(DAEMON.ttl)?.[0] ?? 1,
  }
}

function group(value: Uint8Array | undefined, family: IpFamily): string | undefined {
  return value?.length === (family === 4 ? 4 : 16) ? formatIp(value, 0, family) : undefined
}

/** The time-outs in the body of the answer to IPVS_CMD_GET_CONFIG; undefined when any is missing or cut off. */
export function decodeTimeouts(body: Uint8Array): Timeouts | undefined {
  const attributes = decodeGeneric(body)?.attributes
  const tcp = readU32(attributes?.get(TOP.timeoutTcp))
  const tcpFin = readU32(attributes?.get(TOP.timeoutTcpFin))
  const udp = readU32(attributes?.get(TOP.timeoutUdp))
  return tcp === undefined || tcpFin === undefined || udp === undefined ? undefined : { tcp, tcpFin, udp }
}

/** The answer to IPVS_CMD_GET_INFO; undefined when any of it is missing or cut off. */
export function decodeInfo(body: Uint8Array): IpvsInfo | undefined {
  const attributes = decodeGeneric(body)?.attributes
  const version = readU32(attributes?.get(INFO.version))
  const connectionTableSize = readU32(attributes?.get(INFO.connectionTableSize))
  if (version === undefined || connectionTableSize === undefined) return undefined
  return { version: [16, 8, 0].map(shift => (version >>> shift) & 0xff).join('.'), connectionTableSize }
}
