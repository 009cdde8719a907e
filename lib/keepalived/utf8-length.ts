/**
 * Octets of a text in UTF-8: keepalived counts those, not characters.
 */

/** Octets of `text` in UTF-8. */
export function utf8Length(text: string): number {
  let octets = 0
  for (const character of text) octets += octetsOf(character)
  return octets
}

/** The octets of `text` in UTF-8. */
export function utf8Octets(text: string): readonly number[] {
  const octets: number[] = []
  for (const character of text) {
    const code = character.codePointAt(0) ?? 0
    const count = octetsOf(character)
    if (count === 1) octets.push(code)
    else octets.push(((0xf00 >> count) & 0xff) | (code >> (6 * (count - 1))))
    for (let left = count - 2; left >= 0; left--) octets.push(0x80 | ((code >> (6 * left)) & 0x3f))
  }
  return octets
}

/** The longest start of `text` that has at most `limit` octets. */
export function cutToUtf8Length(text: string, limit: number): string {
  let octets = 0
  let cut = ''
  for (const character of text) {
    octets += octetsOf(character)
    if (octets > limit) break
    cut += character
  }
  return cut
}

function octetsOf(character: string): number {
  const code = character.codePointAt(0) ?? 0
  return code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4
}
