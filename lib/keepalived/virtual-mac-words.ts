/**
 * The words behind use_vmac.
 */
import type { Argument } from './declaration.ts'
import { quoteWord } from './lexer.ts'

/** What use_vmac says: a name and a MAC, both optional. */
export interface VirtualMacWords {
  readonly name?: string
  readonly mac?: string
}

/** A name that an interface can have, and an Ethernet address; both optional, in any order. */
export function virtualMacWords(): Argument<VirtualMacWords> {
  return {
    syntax: '[NAME] [MAC]',
    arity: [0, 2],
    parse: ({ words: given, reject }) => {
      let found: VirtualMacWords = {}
      for (const each of given) {
        const { text } = each
        if (/^([0-9a-f]{2}:){5}[0-9a-f]{2}$/i.test(text)) found = { ...found, mac: text.toLowerCase() }
        else if (/^[^/\s:]{1,15}$/.test(text) && text !== '.' && text !== '..') found = { ...found, name: text }
        else
          return reject(
            each,
            `${quoteWord(each)} is neither a name of an interface (1-15 characters) nor a MAC address`,
          )
      }
      return found
    },
  }
}
