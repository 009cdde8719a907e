/**
 * Virtual servers for people: who answers, with which weight, and why somebody does not.
 */
import { formatTable } from './format-table.ts'
import type { LvsStatus, RealServerStatus, VirtualServerStatus } from './lvs-status.ts'

/** The lines about LVS. */
export function formatLvs(lvs: LvsStatus): readonly string[] {
  const { unavailable, 'virtual-servers': servers } = lvs
  if (unavailable !== undefined) return [`LVS is not set up: ${unavailable}`]
  if (servers.length === 0) return []
  return formatTable(
    ['VIRTUAL SERVER', 'REAL SERVER', 'STATE', 'WEIGHT', 'CHECKS', 'LAST FAILURE'],
    servers.flatMap(virtual => [rowOf(virtual), ...virtual['real-servers'].map(rowOfServer), ...rowOfSorry(virtual)]),
  )
}

function rowOf(virtual: VirtualServerStatus): readonly string[] {
  const { name, scheduler, quorum, 'alive-weight': alive, 'quorum-up': up } = virtual
  return [name, scheduler, up ? 'quorum' : 'NO QUORUM', `${alive} of ${quorum}`, '', '']
}

function rowOfServer(server: RealServerStatus): readonly string[] {
  const { name, state, weight, 'effective-weight': effective, checks } = server
  const words = checks.map(({ type, verdict, proven }) => `${type} ${proven ? verdict : `${verdict}?`}`)
  const failed = checks.find(({ verdict }) => verdict === 'down') ?? checks.find(check => check['last-failure'])
  const shown = effective === weight ? String(weight) : `${effective} (base ${weight})`
  return ['', name, state === 'up' ? 'up' : 'DOWN', shown, words.join(', ') || 'none', failed?.['last-failure'] ?? '']
}

function rowOfSorry({ 'sorry-server': sorry }: VirtualServerStatus): readonly (readonly string[])[] {
  return sorry === undefined ? [] : [['', sorry.name, sorry.active ? 'SORRY' : 'sorry, not needed', '', '', '']]
}
