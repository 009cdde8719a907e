/**
 * The `regex` of HTTP_GET and SSL_GET as plain data.
 */

/** A regular expression that a body is searched for. */
export interface Pattern {
  /** As keepalived.conf has it: PCRE2 syntax. */
  readonly source: string
  /** `regex_options`, PCRE2's words: caseless, multiline, dotall, extended … Default: none. */
  readonly options?: readonly string[]
  /** `regex_no_match`: finding it is the failure. Default false. */
  readonly inverted?: boolean
  /** `regex_min_offset`: a match starts here at the earliest, bytes. Default 0. */
  readonly minimumOffset?: number
  /** `regex_max_offset`: a match starts before this, bytes. Default or 0: anywhere. */
  readonly maximumOffset?: number
}
