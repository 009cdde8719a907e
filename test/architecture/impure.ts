/** What no pure part may use: the architecture test compiles this to see that the compiler would refuse it. */
import { readFileSync } from 'node:fs'

/** One of each: the file system, a timer, the console, the process. */
export const impure = [readFileSync, setTimeout, console, process] as const
