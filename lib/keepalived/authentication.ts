/**
 * The keywords of authentication and auth_hmac. Their values are secrets: no message shows them.
 */
import { integer, oneOf, seconds } from './arguments.ts'
import { type Argument, keyword, type Located } from './declaration.ts'
import { cutToUtf8Length, utf8Length } from './utf8-length.ts'

/** Octets of a version 2 password. */
export const PASSWORD_LENGTH = 8

/** `authentication { … }` */
export const AUTHENTICATION = {
  auth_type: keyword(oneOf('PASS', 'AH'), 'PASS: password in the clear; AH: IP authentication header.', {
    default: 'none',
  }),
  auth_pass: keyword(password(), `Up to ${PASSWORD_LENGTH} characters, the same on all nodes.`),
}

/** `auth_hmac { … }` of keepalived 2.4. */
export const AUTH_HMAC = {
  key: keyword(hmacKey(), 'A key of 32 to 64 octets: text, hex:DIGITS, or file:PATH that holds one of the two.'),
  active_key: keyword(integer(0, 255), 'The key that is sent with.', { default: 'the first key' }),
  time_window: keyword(seconds(1, 300), 'How far clocks may be apart.', { default: 'max(3 x advert_int, 5) s' }),
  anti_replay: keyword(oneOf('time', 'monotonic'), 'How a repeated advert is found.', { default: 'time' }),
  mode: keyword(oneOf('enforce', 'permissive', 'receive-only'), 'What is sent and refused.', { default: 'enforce' }),
}

/** A key as it is written. */
export interface HmacKeyLine {
  /** 0-255 */
  readonly id: number
  /** `hex:…`, `file:…`, or the key itself. */
  readonly source: string
}

/** `key ID KEY`, any number of times. */
function hmacKey(): Argument<readonly Located<HmacKeyLine>[]> {
  return {
    syntax: 'ID KEY|hex:DIGITS|file:PATH',
    arity: [2, 2],
    parse: ({ words: [id, key], statement, reject }) => {
      if (id === undefined || key === undefined) return undefined
      const isId = /^\d{1,3}$/.test(id.text) && Number(id.text) <= 255
      // Somebody may have left the id out: the word is not shown.
      if (!isId) return reject(id, 'the id of a key is a whole number of 0..255')
      return [{ value: { id: Number(id.text), source: key.text }, position: statement.keyword.position }]
    },
    merge: values => values.flat(),
  }
}

/** A password, cut to what fits, with a warning. */
function password(): Argument<string> {
  return {
    syntax: `PASSWORD (1-${PASSWORD_LENGTH} characters)`,
    arity: [1, 1],
    parse: ({ words: [first], log }) => {
      if (first === undefined) return undefined
      const octets = utf8Length(first.text)
      if (octets <= PASSWORD_LENGTH) return first.text
      const message = `'auth_pass' is ${octets} octets long and only the first ${PASSWORD_LENGTH} count: all nodes must be cut alike`
      log.report('password-too-long', first.position, message)
      return cutToUtf8Length(first.text, PASSWORD_LENGTH)
    },
  }
}
