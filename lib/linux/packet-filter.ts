/**
 * The kernel's filter for VRRP: classic BPF on an Ethernet frame, so that nothing else of a busy interface reaches us.
 * Documentation/networking/filter.rst of the kernel.
 */
import { addressOf, nativeSizes } from './syscalls.ts'

const LOAD_WORD = 0x20
const LOAD_HALF = 0x28
const LOAD_BYTE = 0x30
const JUMP_IF_EQUAL = 0x15
const RETURN = 0x06
/** SKF_AD_OFF + SKF_AD_VLAN_TAG_PRESENT: the kernel has taken the tag of a VLAN frame off already. */
const VLAN_TAG_PRESENT = 0xfffff030
const WHOLE_PACKET = 0x40000

/** An instruction: its code, its jumps by label, its operand. */
type Step = readonly [code: number, operand: number, yes?: string | undefined, no?: string | undefined]

/** Protocols over IPv4: VRRP, and AH in front of it. Over IPv6 the extension headers too: they are looked through later. */
const IPV4_PROTOCOLS = [112, 51]
const IPV6_HEADERS = [112, 51, 0, 43, 44, 60]

function anyOf(values: readonly number[]): readonly Step[] {
  return values.map((value, i) => [JUMP_IF_EQUAL, value, 'take', i === values.length - 1 ? 'drop' : undefined])
}

/** The program, with labels. Frames of a VLAN belong to the interface of that VLAN. */
const PROGRAM: readonly (Step | string)[] = [
  [LOAD_WORD, VLAN_TAG_PRESENT],
  [JUMP_IF_EQUAL, 0, undefined, 'drop'],
  [LOAD_HALF, 12],
  [JUMP_IF_EQUAL, 0x86dd, 'ipv6'],
  [JUMP_IF_EQUAL, 0x0800, undefined, 'drop'],
  [LOAD_BYTE, 23],
  ...anyOf(IPV4_PROTOCOLS),
  'ipv6',
  [LOAD_BYTE, 20],
  ...anyOf(IPV6_HEADERS),
  'drop',
  [RETURN, 0],
  'take',
  [RETURN, WHOLE_PACKET],
]

/** A `struct sock_fprog` for SO_ATTACH_FILTER. The memory that it points to lives as long as the returned object. */
export interface SocketFilter {
  readonly program: Uint8Array
  /** Holds the instructions. */
  readonly memory: ArrayBuffer
}

/** The instructions as the kernel reads them: `struct sock_filter`, 8 bytes each. */
export function assembleVrrpFilter(): ArrayBuffer {
  const steps = PROGRAM.filter(entry => typeof entry !== 'string')
  const labels = new Map<string, number>()
  let index = 0
  for (const entry of PROGRAM) {
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

/** The filter, ready to attach. */
export function vrrpFilter(): SocketFilter {
  const memory = assembleVrrpFilter()
  const { word } = nativeSizes()
  const program = Buffer.alloc(2 * word)
  program.writeUInt16LE(memory.byteLength / 8)
  const address = addressOf(memory)
  if (word === 8) program.writeBigUInt64LE(address, 8)
  else program.writeUInt32LE(Number(address), 4)
  return { program, memory }
}
