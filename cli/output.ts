/**
 * Where a command prints: lines to stdout and stderr, passed in so that tests can read them.
 */

/** A pair of line sinks. */
export interface Output {
  /** A line of the result, to stdout. */
  out(line: string): void
  /** A line about the result, to stderr. */
  err(line: string): void
}

/** The exit codes of vrrp-cli. */
export const EXIT = {
  /** Did what was asked. */
  ok: 0,
  /** The input is wrong or could not be read to its end. */
  failed: 1,
  /** The command line is wrong. */
  usage: 2,
  /** The process lacks a right that it needs; nothing was changed. */
  permission: 4,
} as const

/** The process's own streams. A closed pipe (`| head`) ends the program quietly. */
export function processOutput(): Output {
  for (const stream of [process.stdout, process.stderr]) {
    stream.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'EPIPE') process.exit(process.exitCode ?? EXIT.ok)
      throw error
    })
  }
  return {
    out: line => void process.stdout.write(`${line}\n`),
    err: line => void process.stderr.write(`${line}\n`),
  }
}
