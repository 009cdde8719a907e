#!/usr/bin/env node
/**
 * vrrp-cli: the entry of the command line. What it loads is loaded after the process was set up for it.
 */
import { becomeDaemon } from './real-time.ts'

const args = process.argv.slice(2)
if (args[0] === 'run') becomeDaemon()
const { runProgram } = await import('./program.ts')
await runProgram(args)
