/**
 * The header of every message about an interface: struct ifinfomsg of linux/rtnetlink.h. rtnetlink(7).
 */
import { type Layout, s32, struct, u8, u16, u32 } from 'buffer-layout'

/** Its fields. */
export interface InterfaceHeader {
  readonly family: number
  /** ARPHRD_… */
  readonly type: number
  /** 0: the interface is named by an attribute. */
  readonly index: number
  /** IFF_… */
  readonly flags: number
  /** Which flags a request changes. */
  readonly change: number
}

/** Its layout. */
export const INTERFACE_HEADER = struct<InterfaceHeader>([
  u8('family'),
  u8('padding') as Layout,
  u16('type'),
  s32('index'),
  u32('flags'),
  u32('change'),
])
