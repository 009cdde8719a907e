#!/usr/bin/env node
/**
 * vrrp-cli: the entry of the command line. What it loads is loaded after the process was set up for it.
 */

const args = process.argv.slice(2)
const { runProgram } = await import('./program.ts')
await runProgram(args)
