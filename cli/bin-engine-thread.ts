/**
 * The thread of the engine as it is shipped: a bundle, loaded with its compiled code.
 */
import { fileURLToPath } from 'node:url'
import { loadScript } from './code-cache.ts'

const { save } = loadScript(fileURLToPath(new URL('./engine.cjs', import.meta.url)), { purpose: 'run' })
/** When it was heard what a start compiles. Once for an installation it takes a few milliseconds. */
const SETTLED = 1000
setTimeout(save, SETTLED).unref()
process.once('exit', save)
