/**
 * track_file and vrrp_track_process: defaults.
 */
import { milliseconds } from '../time/units.ts'
import { originOf } from './complete-global.ts'
import type { TrackFileConfiguration, TrackProcessConfiguration } from './configuration.ts'
import type { ParsedBlock } from './declaration.ts'
import type { DiagnosticLog } from './diagnostic-log.ts'
import type { TRACK_FILE, VRRP_TRACK_PROCESS } from './vrrp-script.ts'

/** A file with defaults, or undefined when it is not said which one. */
export function completeTrackFile(
  block: ParsedBlock<typeof TRACK_FILE>,
  log: DiagnosticLog,
): TrackFileConfiguration | undefined {
  const { values, position, mistaken } = block
  const name = block.words[0]?.text ?? ''
  const path = values.file?.value[0]
  if (path === undefined) {
    if (!mistaken.has('file'))
      log.report('missing-tracked', position, `track_file '${name}' has no 'file': it is left out`)
    return undefined
  }
  return {
    name,
    path,
    weight: values.weight?.value.weight ?? 1,
    reverse: values.weight?.value.reverse ?? false,
    ...(values.init_file !== undefined && { initial: values.init_file.value }),
    origin: originOf(position, values),
  }
}

/** A process with defaults, or undefined when it is not said which one. */
export function completeTrackProcess(
  block: ParsedBlock<typeof VRRP_TRACK_PROCESS>,
  log: DiagnosticLog,
): TrackProcessConfiguration | undefined {
  const { values, position, mistaken } = block
  const name = block.words[0]?.text ?? ''
  const [command, ...words] = values.process?.value ?? []
  if (command === undefined) {
    if (!mistaken.has('process'))
      log.report('missing-tracked', position, `vrrp_track_process '${name}' has no 'process': it is left out`)
    return undefined
  }
  const match = values.param_match?.value
  const quorumMax = values.quorum_max?.value
  const delay = values.delay?.value ?? milliseconds(0)
  return {
    name,
    command,
    // With param_match and no parameters, keepalived means a process that has none.
    ...((words.length > 0 || match !== undefined) && {
      parameters: { words, match: words.length === 0 ? 'exact' : (match ?? 'exact') },
    }),
    fullCommand: values.full_command?.value ?? false,
    weight: values.weight?.value.weight ?? 0,
    reverse: values.weight?.value.reverse ?? false,
    // None may run: then none need to.
    quorum: values.quorum?.value ?? (quorumMax === 0 ? 0 : 1),
    ...(quorumMax !== undefined && { quorumMax }),
    forkDelay: values.fork_delay?.value ?? delay,
    terminateDelay: values.terminate_delay?.value ?? delay,
    origin: originOf(position, values),
  }
}
