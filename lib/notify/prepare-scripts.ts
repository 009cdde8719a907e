/**
 * The scripts of all subjects made ready, with one line in the log for each reason why one cannot be called.
 */
import { type CommandDescription, type CommandPolicy, type PreparedCommand, prepareCommand } from '../process/index.ts'
import type { NotifyLog } from './log.ts'
import type { NotifyScripts, SubjectSettings } from './notify-settings.ts'

/** Scripts that can be called. */
export type PreparedScripts = { readonly [K in keyof NotifyScripts]?: PreparedCommand }

/** The keywords, for messages. */
const KEYWORDS: ReadonlyMap<string, string> = new Map<keyof NotifyScripts, string>([
  ['any', 'notify'],
  ['master', 'notify_master'],
  ['backup', 'notify_backup'],
  ['fault', 'notify_fault'],
  ['stop', 'notify_stop'],
  ['deleted', 'notify_deleted'],
  ['masterRxLowerPriority', 'notify_master_rx_lower_pri'],
])

/** So many places are named in a message. */
const PLACES_NAMED = 3

/** Makes the scripts of all subjects ready; those that cannot be called are logged and left out. */
export function prepareScripts(
  subjects: readonly SubjectSettings[],
  policy: CommandPolicy,
  log: NotifyLog,
): ReadonlyMap<SubjectSettings, PreparedScripts> {
  const problems = new Map<string, string[]>()
  const warnings = new Map<string, string[]>()
  const prepare = (subject: SubjectSettings): PreparedScripts => {
    const entries = Object.entries(subject.scripts).flatMap(([kind, description]: [string, CommandDescription]) => {
      const command = prepareCommand(description, policy)
      const place = `${subject.name} ${KEYWORDS.get(kind)}`
      if ('problem' in command) {
        note(problems, command.problem, place)
        return []
      }
      if (command.warning !== undefined) note(warnings, `${command.path}: ${command.warning}`, place)
      return [[kind, command] as const]
    })
    return Object.fromEntries(entries)
  }
  const prepared = new Map(subjects.map(subject => [subject, prepare(subject)]))
  for (const [text, places] of problems) log('error', `script not called: ${text} (${listPlaces(places)})`)
  for (const [text, places] of warnings) log('warning', `script ${text} (${listPlaces(places)})`)
  return prepared
}

function note(notes: Map<string, string[]>, text: string, place: string): void {
  const places = notes.get(text)
  if (places === undefined) notes.set(text, [place])
  else places.push(place)
}

function listPlaces(places: readonly string[]): string {
  const more = places.length - PLACES_NAMED
  return places.slice(0, PLACES_NAMED).join(', ') + (more > 0 ? ` and ${more} more` : '')
}
