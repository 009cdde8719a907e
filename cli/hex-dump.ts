/**
 * Bytes as lines: offset, hexadecimal, text. The form of genhash(1).
 */

const WIDTH = 16

/** One line for 16 bytes. */
export function hexDump(bytes: Uint8Array): string[] {
  const lines: string[] = []
  for (let offset = 0; offset < bytes.length; offset += WIDTH) {
    const row = [...bytes.subarray(offset, offset + WIDTH)]
    const codes = Array.from({ length: WIDTH }, (_, i) => row[i]?.toString(16).padStart(2, '0') ?? '  ')
    const left = codes.slice(0, WIDTH / 2).join(' ')
    const right = codes.slice(WIDTH / 2).join(' ')
    const text = row.map(byte => (byte >= 0x20 && byte < 0x7f ? String.fromCharCode(byte) : '.')).join('')
    const offsetText = String(offset).padStart(4, '0')
    lines.push(`${offsetText}  ${left} - ${right}   ${text}${' '.repeat(WIDTH - row.length)}`)
  }
  return lines
}
