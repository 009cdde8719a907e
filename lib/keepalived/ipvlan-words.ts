/**
 * The words behind use_ipvlan.
 */
import { canonicalIp, familyOf } from '../net/ip.ts'
import type { Argument } from './declaration.ts'
import { quoteWord } from './lexer.ts'

/** How an IPVLAN interface deals with others on the same interface. ip-link(8), type ipvlan. */
export type IpvlanMode = 'bridge' | 'private' | 'vepa'

/** What use_ipvlan says; everything is optional. */
export interface IpvlanWords {
  readonly name?: string
  /** Of the interface: adverts leave from it. */
  readonly address?: { readonly address: string; readonly prefixLength: number }
  readonly mode?: IpvlanMode
}

const MODES: readonly string[] = ['bridge', 'private', 'vepa'] satisfies readonly IpvlanMode[]

/** A name that an interface can have, an address and a mode, in any order. */
export function ipvlanWords(): Argument<IpvlanWords> {
  return {
    syntax: '[NAME] [ADDRESS[/LEN]] [bridge|private|vepa]',
    arity: [0, 3],
    parse: ({ words: given, reject }) => {
      let found: IpvlanWords = {}
      for (const each of given) {
        const { text } = each
        const address = addressOf(text)
        if (MODES.includes(text)) found = { ...found, mode: text as IpvlanMode }
        else if (address !== undefined) found = { ...found, address }
        else if (/^[^/\s:]{1,15}$/.test(text) && text !== '.' && text !== '..') found = { ...found, name: text }
        else
          return reject(
            each,
            `${quoteWord(each)} is neither a name of an interface (1-15 characters), nor an address, nor ${MODES.join(', ')}`,
          )
      }
      return found
    },
  }
}

function addressOf(text: string): IpvlanWords['address'] {
  const [address = '', length, ...more] = text.split('/')
  const family = familyOf(address)
  if (family === undefined || more.length > 0) return undefined
  const bits = family === 4 ? 32 : 128
  const prefixLength = length === undefined ? bits : /^\d{1,3}$/.test(length) ? Number(length) : Number.NaN
  return prefixLength <= bits ? { address: canonicalIp(address), prefixLength } : undefined
}
