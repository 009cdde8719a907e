/**
 * Generic netlink: families with a name, whose number the kernel gives out when they are loaded. struct genlmsghdr
 * (genetlink.h of the uapi), CTRL_CMD_GETFAMILY.
 */
import { struct, u8, u16 } from 'buffer-layout'
import { decodeWholeAttributes, readText } from './attribute.ts'
import { AttributeWriter } from './attribute-writer.ts'

interface GenericHeader {
  readonly command: number
  readonly version: number
  readonly reserved: number
}
const HEADER = struct<GenericHeader>([u8('command'), u8('version'), u16('reserved')])

/** Message type of the family that knows the others. */
export const GENL_ID_CTRL = 16
const CTRL_CMD_GETFAMILY = 3
const CTRL_VERSION = 1
const CTRL_ATTR_FAMILY_ID = 1
const CTRL_ATTR_FAMILY_NAME = 2

/** A message of a generic family: a command, and attributes. */
export interface GenericMessage {
  readonly command: number
  readonly version: number
  /** By type. Values are views. */
  readonly attributes: ReadonlyMap<number, Uint8Array>
}

/** The fixed part of a message, to be followed by attributes. */
export function encodeGenericHeader(command: number, version: number): Uint8Array {
  const header = Buffer.alloc(HEADER.span)
  HEADER.encode({ command, version, reserved: 0 }, header)
  return header
}

/** The body of a message of a generic family; undefined when any of it is cut off. */
export function decodeGeneric(body: Uint8Array): GenericMessage | undefined {
  if (body.length < HEADER.span) return undefined
  const { command, version } = HEADER.decode(Buffer.from(body.buffer, body.byteOffset, body.length))
  const attributes = decodeWholeAttributes(body.subarray(HEADER.span))
  return attributes === undefined ? undefined : { command, version, attributes }
}

/** The question for the number of a family. The kernel loads the module that has it. */
export function encodeFamilyRequest(name: string): Uint8Array {
  const header = encodeGenericHeader(CTRL_CMD_GETFAMILY, CTRL_VERSION)
  return new AttributeWriter().raw(header).text(CTRL_ATTR_FAMILY_NAME, name).take()
}

/** The answer to {@link encodeFamilyRequest}: the message type of the family; undefined when this is none. */
export function decodeFamily(body: Uint8Array): { readonly id: number; readonly name: string } | undefined {
  const attributes = decodeGeneric(body)?.attributes
  const id = attributes?.get(CTRL_ATTR_FAMILY_ID)
  const name = readText(attributes?.get(CTRL_ATTR_FAMILY_NAME))
  if (id === undefined || id.length < 2 || name === undefined) return undefined
  return { id: new DataView(id.buffer, id.byteOffset).getUint16(0, true), name }
}
