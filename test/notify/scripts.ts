/**
 * Scripts for tests, and what they did.
 */
import { chmodSync, existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Test } from 'tap'
import { defaultScriptUser, type PreparedCommand, prepareCommand } from '../../lib/process/index.ts'

/** Commands run as this user, unsafe places allowed. */
export const POLICY = { user: defaultScriptUser({ passwd: '', group: '' }), security: false }

/** A directory with a script that notes its arguments, one line a call. */
export class ScriptBench {
  readonly directory: string

  constructor(t: Test) {
    this.directory = t.testdir({})
  }

  /** Writes a script; `$LOG` is where it notes. Returns its path. */
  write(name: string, body = 'echo "$*" >> "$LOG"'): string {
    const path = join(this.directory, name)
    writeFileSync(path, `#!/bin/sh\nLOG=${join(this.directory, 'log')}\n${body}\n`)
    chmodSync(path, 0o755)
    return path
  }

  /** A script made ready. */
  command(name: string, body?: string, words: readonly string[] = []): PreparedCommand {
    const command = prepareCommand({ arguments: [this.write(name, body), ...words] }, POLICY)
    if ('problem' in command) throw new Error(command.problem)
    return command
  }

  /** The lines that were noted. */
  lines(): readonly string[] {
    const file = join(this.directory, 'log')
    return existsSync(file) ? readFileSync(file, 'utf8').trimEnd().split('\n') : []
  }

  /** Resolves when so many lines were noted. */
  async until(count: number): Promise<readonly string[]> {
    const deadline = performance.now() + 5000
    while (this.lines().length < count) {
      if (performance.now() > deadline) throw new Error(`only ${this.lines().join('|')} after five seconds`)
      await new Promise(resolve => setTimeout(resolve, 2))
    }
    return this.lines()
  }
}
