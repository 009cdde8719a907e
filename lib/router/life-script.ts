/**
 * startup_script and shutdown_script: each is executed once, before and after everything that a router does.
 * keepalived.conf(5), "Global definitions".
 */
import type { GlobalConfiguration, LifeScriptConfiguration } from '../keepalived/index.ts'
import { type CommandOutcome, startCommand } from '../process/index.ts'
import type { LogWrite } from './keepalived-log.ts'
import { ScriptPolicy } from './script-policy.ts'

/** What {@link runLifeScript} runs. */
export interface LifeScript extends LifeScriptConfiguration {
  readonly kind: 'startup' | 'shutdown'
  /** Whose `script_user` and `enable_script_security` hold. */
  readonly global: Pick<GlobalConfiguration, 'scriptUser' | 'scriptSecurity'>
  readonly write: LogWrite
  /** Ends the script as soon as it resolves. Absent: nobody waits for something else. */
  readonly until?: Promise<unknown>
}

/**
 * Runs the script. Resolves when it has ended, after its timeout (and a second of grace) at the latest; never rejects. As
 * with keepalived a failure is logged, and nothing else follows from it.
 */
export async function runLifeScript({ kind, command, timeout, global, write, until }: LifeScript): Promise<void> {
  const prepared = new ScriptPolicy(global).prepare(command)
  if ('problem' in prepared) return write('error', `${kind} script not called: ${prepared.problem}`)
  const { path, warning } = prepared
  if (warning !== undefined) write('warning', `${kind} script ${path}: ${warning}`)
  write('info', `Running ${kind} script ${path}`)
  const onLine = (line: string) => write('info', `${kind} script: ${line}`)
  const running = startCommand(prepared, { timeLimit: timeout, onLine })
  void until?.then(() => running.kill())
  const outcome = await running.outcome
  const ended = outcome.type === 'exited' && outcome.status === 0
  write(ended ? 'info' : 'error', `${kind} script ${describe(outcome)}`)
}

function describe(outcome: CommandOutcome): string {
  switch (outcome.type) {
    case 'exited':
      return outcome.status === 0 ? 'succeeded' : `failed, status ${outcome.status}`
    case 'killed':
      return `killed by signal ${outcome.signal}`
    case 'timed-out':
      return 'timed out'
    case 'stopped':
      return 'ended: the router is to stop'
    case 'not-started':
      return `not started: ${outcome.message}`
  }
}
