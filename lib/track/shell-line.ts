/**
 * Which command lines need a shell. keepalived 1.x gave every line to one, 2.x gives none to any, and its own samples still
 * contain both `killall -0 nginx` and `</dev/tcp/127.0.0.1/80`.
 */

/** Quoted parts and escaped characters: nothing in them is an operator. */
const QUOTED = /\\.|'[^']*'|"(?:\\.|[^"\\])*"/gs

/**
 * Operators that stand where a shell line has them: `|`, `&&`, `;` by themselves or a `;` behind a word, and redirections
 * at the start of a word. Inside a word they are left alone: the `&` of a URL must not send curl into the background.
 */
const OPERATOR = /(?:^|\s)(?:(?:\|\|?|&&?|;)(?=\s|$)|\d?[<>]|&>)|;(?=\s|$)/

/** Only bash knows these files. */
const BASH_ONLY = /\/dev\/(?:tcp|udp)\//

/**
 * The command line as a program with its arguments: the words it was split into, or a shell with the whole line.
 * @param text - the command line as written
 * @param words - what it was split into
 */
export function argumentsOf(text: string, words: readonly string[]): readonly string[] {
  if (!OPERATOR.test(text.replace(QUOTED, '_'))) return words
  return [BASH_ONLY.test(text) ? 'bash' : '/bin/sh', '-c', text]
}
