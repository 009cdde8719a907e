/**
 * A command of a configuration file made ready to run: the program found, its user resolved, its safety judged. Done once,
 * at start, so that what cannot work is said then and not in the middle of a failover.
 */
import { statSync } from 'node:fs'
import { delimiter, join, resolve } from 'node:path'
import { messageOf } from '../errors.ts'
import { type Problem, problem } from './problem.ts'
import { unsafeComponent } from './script-security.ts'
import { lookUpUser, type ScriptUser } from './script-user.ts'

/** Where programs without a path are looked for when the environment does not say. */
const DEFAULT_SEARCH_PATH = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin'

/** A command as a configuration has it. */
export interface CommandDescription {
  /** Program and arguments; not empty. */
  readonly arguments: readonly string[]
  /** Who executes it; default: the policy's. */
  readonly user?: string
  readonly group?: string
}

/** What applies to all commands. */
export interface CommandPolicy {
  /** Who executes a command that names nobody; the problem, when there is no such user, is that of all these commands. */
  readonly user: ScriptUser | Problem
  /** Refuse what others than root can change (`enable_script_security`); otherwise only warn. */
  readonly security: boolean
}

/** A command that can be started. */
export interface PreparedCommand {
  /** The program, absolute. */
  readonly path: string
  /** What follows the program. */
  readonly arguments: readonly string[]
  readonly user: ScriptUser
  /** Runs, but should not be left as it is. */
  readonly warning?: string
}

/** Makes a command ready. The problem, if there is one, is why it can never run. */
export function prepareCommand(command: CommandDescription, policy: CommandPolicy): PreparedCommand | Problem {
  const [program = '', ...words] = command.arguments
  const user = command.user === undefined ? policy.user : lookUpUser(command.user, command.group)
  if ('problem' in user) return user
  const own = process.getuid?.() ?? 0
  if (own !== 0 && user.uid !== own) return problem(`only root can execute scripts as user '${user.name}'`)
  try {
    const path = findProgram(program)
    if (path === undefined) return problem(`there is no '${program}' in the search path`)
    const obstacle = whyNotExecutable(path, user)
    if (obstacle !== undefined) return problem(`${path} ${obstacle}`)
    const ready = { path, arguments: words, user }
    // What an ordinary user executes harms that user alone.
    const unsafe = user.uid === 0 || user.gid === 0 ? unsafeComponent(path) : undefined
    if (unsafe === undefined) return ready
    const text = `others than root can change ${unsafe}`
    return policy.security ? problem(`${text}, and enable_script_security forbids that`) : { ...ready, warning: text }
  } catch (error) {
    return problem(messageOf(error))
  }
}

/** As execvp(3): what has a slash is a path, everything else is searched for. */
function findProgram(program: string): string | undefined {
  if (program.includes('/')) return resolve(program)
  const directories = (process.env.PATH ?? DEFAULT_SEARCH_PATH).split(delimiter).filter(directory => directory !== '')
  return directories
    .map(directory => join(directory, program))
    .find(path => statSync(path, { throwIfNoEntry: false })?.isFile())
}

function whyNotExecutable(path: string, { name, uid, gid }: ScriptUser): string | undefined {
  const status = statSync(path, { throwIfNoEntry: false })
  if (status === undefined) return 'does not exist'
  if (!status.isFile()) return 'is not a regular file'
  const bits = uid === 0 ? 0o111 : status.uid === uid ? 0o100 : status.gid === gid ? 0o010 : 0o001
  return (status.mode & bits) === 0 ? `is not executable for user '${name}'` : undefined
}
