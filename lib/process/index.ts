/**
 * Commands that a configuration names: who executes them, whether they are safe, and how they run.
 * @module
 */
export { type CommandDescription, type CommandPolicy, type PreparedCommand, prepareCommand } from './prepare-command.ts'
export { type Problem, problem } from './problem.ts'
export { unsafeComponent } from './script-security.ts'
export { defaultScriptUser, lookUpUser, type ScriptUser } from './script-user.ts'
export { type CommandOptions, type CommandOutcome, type RunningCommand, startCommand } from './start-command.ts'
