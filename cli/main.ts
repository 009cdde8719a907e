#!/usr/bin/env node
/**
 * vrrp-cli: the entry of the command line.
 */
import { CommanderError } from 'commander'
import { messageOf } from '../lib/errors.ts'
import { EXIT, processOutput } from './output.ts'
import { program } from './program.ts'

const output = processOutput()
try {
  const args = process.argv.slice(2)
  await (await program(output, args)).parseAsync(args, { from: 'user' })
} catch (error) {
  if (error instanceof CommanderError) {
    process.exitCode = error.exitCode === 0 ? EXIT.ok : EXIT.usage
  } else {
    output.err(`vrrp-cli: ${messageOf(error)}`)
    process.exitCode = EXIT.failed
  }
}
