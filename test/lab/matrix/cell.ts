/**
 * The cells of the interop matrix: which daemon is which node of a setting.
 */
import { type Peer, SETTINGS, type Setting } from './setting.ts'

/** A daemon that speaks VRRP. */
export type Kind = 'ours' | Peer

/** One cell. */
export interface Cell {
  readonly setting: Setting
  /** In the order of the setting's priorities. */
  readonly daemons: readonly Kind[]
}

const PAIRS: readonly (readonly Kind[])[] = [
  ['ours', 'ours'],
  ['ours', 'keepalived'],
  ['keepalived', 'ours'],
  ['ours', 'frr'],
  ['frr', 'ours'],
]
const TRIPLES: readonly (readonly Kind[])[] = [
  ['ours', 'keepalived', 'ours'],
  ['keepalived', 'ours', 'keepalived'],
  ['ours', 'frr', 'keepalived'],
  ['frr', 'keepalived', 'ours'],
]

/** All cells: ours in each role, with each peer that speaks the setting. */
export const CELLS: readonly Cell[] = SETTINGS.flatMap(setting => {
  const speaks = (kind: Kind) => kind === 'ours' || setting.peers.includes(kind)
  return (setting.priorities.length === 2 ? PAIRS : TRIPLES)
    .filter(daemons => daemons.every(speaks))
    .map(daemons => ({ setting, daemons }))
})

/**
 * Those that tell most, for every day: each setting with half of its cells, the roles in turn from setting to setting; ours
 * with itself only where no peer speaks the setting.
 */
export const SHORT: readonly Cell[] = SETTINGS.flatMap((setting, turn) => {
  const cells = CELLS.filter(cell => cell.setting === setting)
  const mixed = cells.filter(({ daemons }) => daemons.some(kind => kind !== 'ours'))
  return mixed.length === 0 ? cells : mixed.filter((_, i) => (i + turn + (i >> 1)) % 2 === 0)
})

/** keepalived with itself: when one of these fails, the lab is wrong, not ours. */
export const BASELINE: readonly Cell[] = SETTINGS.filter(({ peers }) => peers.includes('keepalived')).map(setting => ({
  setting,
  daemons: setting.priorities.map(() => 'keepalived'),
}))

/** `v3-ipv6: ours > keepalived` */
export function nameOfCell({ setting, daemons }: Cell): string {
  return `${setting.name}: ${daemons.join(' > ')}`
}
