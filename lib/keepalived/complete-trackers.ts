/**
 * track_script, track_interface, track_file and track_process against what they name.
 */
import type { Configuration, TrackerConfiguration } from './configuration.ts'
import type { Located } from './declaration.ts'
import type { DiagnosticLog } from './diagnostic-log.ts'
import { suggest } from './suggest.ts'
import type { TrackLine } from './track-line.ts'

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
  { scripts, trackFiles, trackProcesses }: Pick<Configuration, 'scripts' | 'trackFiles' | 'trackProcesses'>,
  mistaken: ReadonlySet<string>,
): Trackable {
  const byName = <T extends { readonly name: string }>(list: readonly T[]) => new Map(list.map(one => [one.name, one]))
  return { scripts: byName(scripts), files: byName(trackFiles), processes: byName(trackProcesses), mistaken }
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
