/**
 * Classic BPF for SO_ATTACH_FILTER, assembled from instructions with labels. Documentation/networking/filter.rst of the
 * kernel; linux/filter.h.
 */
import { addressOf, nativeSizes } from './syscalls.ts'

/** A <- 32 bits of the packet. */
export const LOAD_WORD = 0x20
/** A <- 16 bits of the packet. */
export const LOAD_HALF = 0x28
/** A <- 8 bits of the packet. */
export const LOAD_BYTE = 0x30
/** A <- 8 bits of the packet, X bytes further. */
export const LOAD_BYTE_AT_INDEX = 0x50
/** X <- length of the IPv4 header at an offset of the packet. */
export const LOAD_INDEX_IPV4_HEADER = 0xb1
/** Goes on at one of two labels. */
export const JUMP_IF_EQUAL = 0x15
/** Jumps if a bit of the operand is set in what was loaded. */
export const JUMP_IF_SET = 0x45
/** Ends: how many bytes are kept, 0 for none of the packet. */
export const RETURN = 0x06
/** More than any packet has. */
export const WHOLE_PACKET = 0x40000
/** SKF_NET_OFF: added to an offset, it counts from the beginning of the IP header, wherever the packet begins. */
export const FROM_IP_HEADER = 0xfff00000

/** An instruction: its code, its operand, its jumps by label (none: go on with the next). */
export type FilterStep = readonly [code: number, operand: number, yes?: string | undefined, no?: string | undefined]

/** A `struct sock_fprog` for SO_ATTACH_FILTER. The memory that it points to lives as long as the returned object. */
export interface SocketFilter {
  readonly program: Uint8Array
  /** Holds the instructions. */
  readonly memory: ArrayBuffer
}

/** The instructions as the kernel reads them: `struct sock_filter`, 8 bytes each. */
export function assembleFilter(program: readonly (FilterStep | string)[]): ArrayBuffer {
  const steps = program.filter(entry => typeof entry !== 'string')
  const labels = new Map<string, number>()
  let index = 0
  for (const entry of program) {
    if (typeof entry === 'string') labels.set(entry, index)
    else index++
  }
  const memory = new ArrayBuffer(steps.length * 8)
  const view = new DataView(memory)
  const jump = (from: number, label: string | undefined) =>
    label === undefined ? 0 : (labels.get(label) ?? 0) - from - 1
  for (const [i, [code, operand, yes, no]] of steps.entries()) {
    view.setUint16(i * 8, code, true)
    view.setUint8(i * 8 + 2, jump(i, yes))
    view.setUint8(i * 8 + 3, jump(i, no))
    view.setUint32(i * 8 + 4, operand, true)
  }
  return memory
}

/** A program, ready to attach. */
export function socketFilter(program: readonly (FilterStep | string)[]): SocketFilter {
  const memory = assembleFilter(program)
  const { word } = nativeSizes()
  const bytes = Buffer.alloc(2 * word)
  bytes.writeUInt16LE(memory.byteLength / 8)
  const address = addressOf(memory)
  if (word === 8) bytes.writeBigUInt64LE(address, 8)
  else bytes.writeUInt32LE(Number(address), 4)
  return { program: bytes, memory }
}
