/**
 * The keywords of authentication and auth_hmac. Their values are secrets: no message shows them.
 */
import { oneOf, seconds, word, words } from './arguments.ts'
import { type Argument, keyword } from './declaration.ts'
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
  key: keyword(words('ID KEY', 2, 2), 'A key: text, hex:… or file:….'),
  active_key: keyword(word('ID'), 'The key that is sent with.'),
  time_window: keyword(seconds(1, 300), 'How far clocks may be apart.', { default: 'max(3 x advert_int, 5) s' }),
  anti_replay: keyword(oneOf('time', 'monotonic'), 'How a repeated advert is found.', { default: 'time' }),
  mode: keyword(oneOf('enforce', 'permissive', 'receive-only'), 'What is sent and refused.', { default: 'enforce' }),
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
