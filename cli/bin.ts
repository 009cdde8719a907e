#!/usr/bin/env node
/**
 * vrrp-cli as it is shipped: two scripts, each a bundle, loaded with their compiled code. The thread of the engine takes as
 * long to start as the program takes to load: for `run` it is started first.
 */
import { fileURLToPath } from 'node:url'
import { EngineThread } from '../lib/router/engine-thread.ts'
import { loadScript } from './code-cache.ts'

const args = process.argv.slice(2)
/** A guess: a wrong one costs the start of a thread, and the program decides. */
const inForeground = args[0] === 'run' && args.some(arg => arg === '--dont-fork' || /^-[a-zA-Z]*n/.test(arg))
const newEngine = () => new EngineThread({ script: new URL('./engine-thread.cjs', import.meta.url) })
const engine = inForeground ? newEngine() : undefined
const { exports, save } = loadScript(fileURLToPath(new URL('./program.cjs', import.meta.url)), {
  purpose: inForeground ? 'run' : 'command',
})
process.once('exit', save)
const { runProgram } = exports as typeof import('./program.ts')
void runProgram(args, { startEngine: () => engine ?? newEngine(), onSettled: save }).finally(() => engine?.stop())
