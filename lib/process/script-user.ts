/**
 * Who executes scripts: names to numbers, from /etc/passwd and /etc/group. keepalived.conf's `script_user`.
 *
 * Users of other sources (LDAP, NIS) are not known here: asking them can block for as long as their network is away,
 * which is just when a router must not wait.
 */
import { readFileSync } from 'node:fs'
import { type Problem, problem } from './problem.ts'

/** A user with the group that goes with it. */
export interface ScriptUser {
  readonly name: string
  readonly uid: number
  readonly gid: number
}

/** Where users and groups are looked up. */
export interface UserDatabase {
  /** The text of passwd(5). */
  readonly passwd: string
  /** The text of group(5). */
  readonly group: string
}

/** The user that keepalived takes when none is configured and it exists. */
const CONVENTIONAL_USER = 'keepalived_script'

/** A user by name. Without a group it has its own first one. */
export function lookUpUser(name: string, group?: string, database = systemDatabase()): ScriptUser | Problem {
  const [, , uid, ownGroup] = findEntry(database.passwd, name) ?? []
  if (uid === undefined || ownGroup === undefined) return problem(`user '${name}' does not exist`)
  if (group === undefined) return { name, uid: Number(uid), gid: Number(ownGroup) }
  const [, , gid] = findEntry(database.group, group) ?? []
  return gid === undefined ? problem(`group '${group}' does not exist`) : { name, uid: Number(uid), gid: Number(gid) }
}

/** Who executes scripts when nothing is configured: keepalived_script if this process can become that, else itself. */
export function defaultScriptUser(database = systemDatabase()): ScriptUser {
  const own = { uid: process.getuid?.() ?? 0, gid: process.getgid?.() ?? 0 }
  const found = own.uid === 0 ? lookUpUser(CONVENTIONAL_USER, undefined, database) : problem('only root can change')
  return 'problem' in found ? { name: own.uid === 0 ? 'root' : String(own.uid), ...own } : found
}

/** The fields of an entry whose number is one. */
function findEntry(text: string, name: string): readonly string[] | undefined {
  return text
    .split('\n')
    .map(line => line.split(':'))
    .find(([entry, , id = '']) => entry === name && /^\d+$/.test(id))
}

function systemDatabase(): UserDatabase {
  return { passwd: readDatabase('/etc/passwd'), group: readDatabase('/etc/group') }
}

function readDatabase(file: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch {
    // A container may have none: then nobody but this user is known.
    return ''
  }
}
