/**
 * The keywords of vrrp_script, vrrp_track_process and track_file.
 */
import { flag, integer, oneOf, seconds, words } from './arguments.ts'
import { type Argument, keyword } from './declaration.ts'
import { quoteWord } from './lexer.ts'
import { commandLine } from './script-command.ts'
import { weightArgument } from './track-line.ts'

/** `vrrp_script NAME { … }` */
export const VRRP_SCRIPT = {
  script: keyword(commandLine(), 'What is executed; exit code 0 is success.'),
  interval: keyword(seconds(0.001, 4294), 'From one execution to the next.', { default: '1 s' }),
  timeout: keyword(seconds(0.001, 4294), 'A longer execution is a failure.', { default: 'the interval' }),
  weight: keyword(
    weightArgument(253),
    'Positive: added while it succeeds; negative: while it fails; 0: failure is a fault.',
    {
      default: '0',
    },
  ),
  rise: keyword(integer(1, 2147483647), 'Successes in a row that count as success.', { default: '1' }),
  fall: keyword(integer(1, 2147483647), 'Failures in a row that count as failure.', { default: '1' }),
  user: keyword(words('USER [GROUP]', 1, 2), 'Who executes it.', { default: 'script_user' }),
  init_fail: keyword(flag(), 'Counts as failed until the first result.'),
}

/** `vrrp_track_process NAME { … }` */
export const VRRP_TRACK_PROCESS = {
  process: keyword(words('COMMAND [ARGUMENT…]', 1), 'The command that must run.'),
  param_match: keyword(paramMatch(), 'Compare its first arguments, or part of them.'),
  weight: keyword(weightArgument(254), 'Change of priority; 0: a fault.', { default: '0' }),
  quorum: keyword(integer(1, 65535), 'How many must run.', { default: '1' }),
  quorum_max: keyword(integer(0, 65535), 'How many may run.', { default: 'no limit' }),
  delay: keyword(seconds(0.000001, 3600), 'How long a change must last.'),
  fork_delay: keyword(seconds(0.000001, 3600), 'The same for a process that appears.'),
  terminate_delay: keyword(seconds(0.000001, 3600), 'The same for a process that ends.'),
  full_command: keyword(flag(), 'Compare the whole command line.'),
}

/** `track_file NAME { … }` */
export const TRACK_FILE = {
  file: keyword(words('PATH', 1, 1), 'The file with the number.'),
  weight: keyword(weightArgument(2147483647), 'Factor of the number; 0: not zero is a fault.', { default: '1' }),
  init_file: keyword(initialNumber(), 'Make the file at start.'),
}

/** `param_match initial|partial`, an older form takes the parameters behind it. */
function paramMatch(): Argument<'initial' | 'partial'> {
  return { ...oneOf('initial', 'partial'), arity: [1, Number.POSITIVE_INFINITY] }
}

/** `[VALUE] [overwrite]` */
function initialNumber(): Argument<{ readonly value: number; readonly overwrite: boolean }> {
  return {
    syntax: '[VALUE] [overwrite]',
    arity: [0, 2],
    parse: ({ words: given, reject }) => {
      const overwrite = given.some(({ text }) => text === 'overwrite')
      const [number, extra] = given.filter(({ text }) => text !== 'overwrite')
      const wrong = extra ?? (number !== undefined && !/^[+-]?\d{1,10}$/.test(number.text) ? number : undefined)
      if (wrong !== undefined) return reject(wrong, `${quoteWord(wrong)} is not a whole number or 'overwrite'`)
      return { value: Number(number?.text ?? 0), overwrite }
    },
  }
}
