/** Types of buffer-layout 1.2.2, as far as vrrp-ts uses it. It has none of its own. */
declare module 'buffer-layout' {
  export class Layout<T = unknown> {
    span: number
    property: string | undefined
    decode(buffer: Uint8Array, offset?: number): T
    encode(source: T, buffer: Uint8Array, offset?: number): number
    replicate(property: string): this
    getSpan(buffer?: Uint8Array, offset?: number): number
  }
  export class Structure<T = unknown> extends Layout<T> {
    fields: readonly Layout[]
    layoutFor(property: string): Layout | undefined
    offsetOf(property: string): number | undefined
  }
  export function struct<T = unknown>(
    fields: readonly Layout[],
    property?: string,
    decodePrefixes?: boolean,
  ): Structure<T>
  export function u8(property?: string): Layout<number>
  export function u16(property?: string): Layout<number>
  export function u16be(property?: string): Layout<number>
  export function u24be(property?: string): Layout<number>
  export function u32(property?: string): Layout<number>
  export function u32be(property?: string): Layout<number>
  export function s8(property?: string): Layout<number>
  export function s32(property?: string): Layout<number>
  export function nu64(property?: string): Layout<number>
  export function blob(length: number, property?: string): Layout<Uint8Array>
  export function seq<T>(element: Layout<T>, count: number, property?: string): Layout<T[]>
  export function bits(word: Layout<number>, msb?: boolean, property?: string): Layout
}
