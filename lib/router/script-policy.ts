/**
 * Whether the scripts that are tracked may be executed: keepalived's `script_user` and `enable_script_security`. A script
 * that others than root can change is not tracked at all where the configuration forbids it, as keepalived does.
 */
import type { GlobalConfiguration } from '../keepalived/index.ts'
import {
  type CommandDescription,
  defaultScriptUser,
  lookUpUser,
  type PreparedCommand,
  type Problem,
  prepareCommand,
} from '../process/index.ts'
import type { LogLevel } from './keepalived-log.ts'
import type { TrackingPlan } from './tracking-plan.ts'

/** Makes the commands of one configuration ready to run. */
export class ScriptPolicy {
  /** What it depends on, as text: two policies of one description do the same. */
  readonly description: string
  readonly #user: ReturnType<typeof lookUpUser>
  readonly #security: boolean

  constructor({ scriptUser, scriptSecurity }: Pick<GlobalConfiguration, 'scriptUser' | 'scriptSecurity'>) {
    this.#user = scriptUser === undefined ? defaultScriptUser() : lookUpUser(scriptUser.user, scriptUser.group)
    this.#security = scriptSecurity
    this.description = JSON.stringify([this.#user, scriptSecurity])
  }

  /** The command, or why it cannot be executed (now). */
  prepare(command: CommandDescription): PreparedCommand | Problem {
    return this.#prepare(command, this.#security)
  }

  /** Looks at all scripts of a plan. Returns the names of those that must not be executed; they and doubtful ones are logged. */
  review(plan: TrackingPlan, log: (level: LogLevel, line: string) => void): ReadonlySet<string> {
    const disabled = new Set<string>()
    for (const { specification, command } of plan.scripts) {
      const { name } = specification
      // A missing program is no matter of safety: it may come, and until then the script fails.
      const prepared = this.#prepare(command, false)
      if ('problem' in prepared || prepared.warning === undefined) continue
      const { path, warning } = prepared
      if (this.#security) {
        disabled.add(name)
        log('error', `Unsafe permissions found for script '${path}' - disabling. [vrrp_script ${name}: ${warning}]`)
      } else {
        log('warning', `Unsafe permissions found for script '${path}'. [vrrp_script ${name}: ${warning}]`)
      }
    }
    return disabled
  }

  #prepare(command: CommandDescription, security: boolean): PreparedCommand | Problem {
    if (command.user === undefined && 'problem' in this.#user) return this.#user
    const user = 'problem' in this.#user ? defaultScriptUser() : this.#user
    return prepareCommand(command, { user, security })
  }
}
