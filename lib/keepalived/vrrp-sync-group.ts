/**
 * The keywords of vrrp_sync_group.
 */
import { flag } from './arguments.ts'
import { nameList } from './block-arguments.ts'
import { CONSEQUENCES } from './consequences.ts'
import { keyword, unsupportedKeyword } from './declaration.ts'
import { NOTIFY_KEYWORDS } from './notify-keywords.ts'
import { trackList } from './track-line.ts'

const { bfd } = CONSEQUENCES

/** `vrrp_sync_group NAME { … }` */
export const VRRP_SYNC_GROUP = {
  group: keyword(nameList('INSTANCE'), 'The instances that change state together.'),
  track_script: keyword(trackList('SCRIPT', 253), 'Scripts that all members track.'),
  track_interface: keyword(trackList('INTERFACE', 253), 'Interfaces that all members track.'),
  track_file: keyword(trackList('FILE', 254), 'Files that all members track.'),
  track_process: keyword(trackList('PROCESS', 254), 'Processes that all members track.'),
  track_bfd: unsupportedKeyword(trackList('BFD', 253), 'BFD sessions that all members track.', bfd),
  ...NOTIFY_KEYWORDS,
  sync_group_tracking_weight: keyword(flag(), "Let weights of the members' trackers count."),
  global_tracking: keyword(flag(), 'The older name of sync_group_tracking_weight.', {
    replacement: "write 'sync_group_tracking_weight'",
  }),
}
