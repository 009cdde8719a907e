/**
 * track_script, track_interface, track_file and track_process against what they name.
 */
import type { ScriptConfiguration, TrackerConfiguration } from './configuration.ts'
import type { Located, ParsedBlock } from './declaration.ts'
import type { DiagnosticLog } from './diagnostic-log.ts'
import { suggest } from './suggest.ts'
import type { TrackLine } from './track-line.ts'
import type { TRACK_FILE, VRRP_TRACK_PROCESS } from './vrrp-script.ts'

/** What trackers may name, and the weights that are declared there. */
export interface Trackable {
  readonly scripts: ReadonlyMap<string, { readonly weight: number; readonly reverse: boolean }>
  readonly files: ReadonlyMap<string, { readonly weight: number; readonly reverse: boolean }>
  readonly processes: ReadonlyMap<string, { readonly weight: number; readonly reverse: boolean }>
  /** Declared, but without effect: naming them is no second mistake. */
  readonly mistaken: ReadonlySet<string>
}

/** The lists of an instance or a group. */
export interface TrackValues {
  readonly track_script?: Located<readonly Located<TrackLine>[]>
  readonly track_interface?: Located<readonly Located<TrackLine>[]>
  readonly track_file?: Located<readonly Located<TrackLine>[]>
  readonly track_process?: Located<readonly Located<TrackLine>[]>
}

/** Collects what can be tracked. */
export function trackableOf(
  scripts: readonly ScriptConfiguration[],
  files: readonly ParsedBlock<typeof TRACK_FILE>[],
  processes: readonly ParsedBlock<typeof VRRP_TRACK_PROCESS>[],
  mistaken: ReadonlySet<string>,
): Trackable {
  const byName = (blocks: readonly ParsedBlock<typeof TRACK_FILE | typeof VRRP_TRACK_PROCESS>[], weight: number) =>
    new Map(blocks.map(block => [block.words[0]?.text ?? '', block.values.weight?.value ?? { weight, reverse: false }]))
  return {
    scripts: new Map(scripts.map(script => [script.name, script])),
    files: byName(files, 1),
    processes: byName(processes, 0),
    mistaken,
  }
}

/** The trackers of an instance or group; unknown names are reported and left out. */
export function completeTrackers(
  owner: string,
  values: TrackValues,
  trackable: Trackable,
  log: DiagnosticLog,
): readonly TrackerConfiguration[] {
  const list = (
    kind: TrackerConfiguration['kind'],
    lines: Located<readonly Located<TrackLine>[]> | undefined,
    known: Trackable['scripts'] | undefined,
  ): TrackerConfiguration[] =>
    (lines?.value ?? []).flatMap(({ value: { name, weight, reverse }, position }) => {
      const declared = known?.get(name)
      if (known !== undefined && declared === undefined) {
        if (!trackable.mistaken.has(name)) {
          const block = { script: 'vrrp_script', file: 'track_file', process: 'vrrp_track_process', interface: '' }[
            kind
          ]
          const code = kind === 'script' ? 'unknown-script' : 'unknown-tracked'
          const message = `'${owner}' tracks '${name}', but there is no ${block} of that name: it is not tracked`
          log.report(code, position, message, { suggestion: suggest(name, known.keys()) })
        }
        return []
      }
      return [{ kind, name, weight: weight ?? declared?.weight ?? 0, reverse: reverse ?? declared?.reverse ?? false }]
    })
  return [
    ...list('script', values.track_script, trackable.scripts),
    ...list('interface', values.track_interface, undefined),
    ...list('file', values.track_file, trackable.files),
    ...list('process', values.track_process, trackable.processes),
  ]
}
