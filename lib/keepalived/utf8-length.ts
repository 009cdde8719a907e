/**
 * Octets of a text in UTF-8: keepalived counts those, not characters.
 */

/** Octets of `text` in UTF-8. */
export function utf8Length(text: string): number {
  let octets = 0
  for (const character of text) octets += octetsOf(character)
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
