/**
 * The reducer of a virtual server: scenes of keepalived's rules, and what must hold whatever happens.
 */
import fc from 'fast-check'
import t from 'tap'
import {
  aliveWeight,
  desiredDestinations,
  endVirtualServer,
  startVirtualServer,
  stepVirtualServer,
  type VirtualServer,
  type VirtualServerEffect,
  type VirtualServerEvent,
  type VirtualServerState,
} from '../../lib/lvs/index.ts'

const VIP = '[192.0.2.1]:tcp:80'

interface Server {
  readonly weight?: number
  readonly inhibit?: boolean
  readonly alpha?: boolean
  readonly checks?: number
}

/** Servers 192.0.2.11, .12 … with checks `1.1`, `1.2` … */
function virtualServer(servers: readonly Server[], more: Partial<VirtualServer> = {}): VirtualServer {
  return {
    name: VIP,
    services: [{ protocol: 'tcp', address: '192.0.2.1', port: 80, scheduler: 'sh' }],
    quorum: 1,
    hysteresis: 0,
    omega: false,
    initialNotifications: false,
    ...more,
    servers: servers.map(({ weight = 1, inhibit = false, alpha = false, checks = 1 }, i) => ({
      name: `RS${i + 1}`,
      destination: { address: `192.0.2.${i + 11}`, port: 80, forward: 'masq', weight },
      inhibitOnFailure: inhibit,
      checks: Array.from({ length: checks }, (_, j) => ({ id: `${i + 1}.${j + 1}`, alpha })),
    })),
  }
}

const SORRY = {
  name: 'SORRY',
  destination: { address: '192.0.2.99', port: 80, forward: 'masq' },
  inhibit: false,
} as const

const down = (id: string): VirtualServerEvent => ({ type: 'check', id, up: false, cause: 'CHECK failed on service' })
const up = (id: string): VirtualServerEvent => ({ type: 'check', id, up: true, cause: 'CHECK succeed on service' })
const weight = (id: string, to: number): VirtualServerEvent => ({
  type: 'weight',
  id,
  advice: { type: 'set', weight: to },
})

/** The table in short: `11=1 12=0`. */
function table(state: VirtualServerState): string {
  return desiredDestinations(state)
    .map(({ address, weight }) => `${address.slice(8)}=${weight}`)
    .join(' ')
}

function describe(effect: VirtualServerEffect): string {
  if (effect.type === 'log') return effect.text
  const { type, state } = effect
  return type === 'quorum' ? `quorum ${state}` : `${type} ${effect.server} ${state}`
}

/** Plays events; the table after each of them, and all that was said. */
function play(server: VirtualServer, ...events: VirtualServerEvent[]): { tables: string[]; told: string[] } {
  let { state, effects } = startVirtualServer(server)
  const tables = [table(state)]
  const told = effects.map(describe)
  for (const event of events) {
    ;({ state, effects } = stepVirtualServer(state, event))
    tables.push(table(state))
    told.push(...effects.map(describe))
  }
  return { tables, told }
}

t.test('a server leaves and comes back', async t => {
  t.strictSame(play(virtualServer([{}, {}]), down('2.1'), up('2.1')), {
    tables: ['11=1 12=1', '11=1', '11=1 12=1'],
    told: [
      `Gained quorum 1+0=1 <= 2 for VS ${VIP}`,
      'quorum UP',
      `Removing service RS2 from VS ${VIP}`,
      'server RS2 DOWN',
      `Adding service RS2 to VS ${VIP}`,
      'server RS2 UP',
    ],
  })
})

t.test('all of its checks must be well', async t => {
  const { tables, told } = play(virtualServer([{ checks: 2 }, {}]), down('1.2'), down('1.1'), up('1.2'), up('1.1'))
  t.strictSame(tables, ['11=1 12=1', '12=1', '12=1', '12=1', '11=1 12=1'])
  t.strictSame(told.slice(3), [
    'server RS1 DOWN',
    'check RS1 DOWN',
    'check RS1 UP',
    `Adding service RS1 to VS ${VIP}`,
    'server RS1 UP',
  ])
})

t.test('inhibit_on_failure: weight 0 instead of removal', async t => {
  const { tables, told } = play(virtualServer([{ inhibit: true, weight: 5 }, {}]), down('1.1'), up('1.1'))
  t.strictSame(tables, ['11=5 12=1', '11=0 12=1', '11=5 12=1'])
  t.ok(told.includes(`Disabling service RS1 of VS ${VIP}`))
  t.ok(told.includes(`Enabling service RS1 of VS ${VIP}`))
})

t.test('quorum and hysteresis: gained at q+h, lost below q-h', async t => {
  const server = virtualServer([{}, {}, {}, {}], { quorum: 2, hysteresis: 1 })
  const { told } = play(server, down('1.1'), down('2.1'), down('3.1'), down('4.1'), up('1.1'), up('2.1'), up('3.1'))
  t.strictSame(
    told.filter(line => /quorum/i.test(line)),
    [
      `Gained quorum 2+1=3 <= 4 for VS ${VIP}`,
      'quorum UP',
      `Lost quorum 2-1=1 > 0 for VS ${VIP}`,
      'quorum DOWN',
      `Gained quorum 2+1=3 <= 3 for VS ${VIP}`,
      'quorum UP',
    ],
  )
})

t.test('the sorry server answers alone while the quorum is lost', async t => {
  const server = virtualServer([{}, {}], { quorum: 2, sorryServer: SORRY })
  const { tables, told } = play(server, down('2.1'), up('2.1'))
  t.strictSame(tables, ['11=1 12=1', '99=1', '11=1 12=1'])
  t.strictSame(told.slice(2), [
    `Removing service RS2 from VS ${VIP}`,
    'server RS2 DOWN',
    `Lost quorum 2-0=2 > 1 for VS ${VIP}`,
    `Adding sorry server SORRY to VS ${VIP}`,
    `Removing alive servers from the pool for VS ${VIP}`,
    'quorum DOWN',
    `Adding service RS2 to VS ${VIP}`,
    'server RS2 UP',
    `Gained quorum 2+0=2 <= 2 for VS ${VIP}`,
    `Removing sorry server SORRY from VS ${VIP}`,
    `Adding alive servers to the pool for VS ${VIP}`,
    'quorum UP',
  ])
})

t.test('a sorry server with inhibit waits with weight 0, and may be a real server too', async t => {
  const waiting = virtualServer([{ inhibit: true }], { sorryServer: { ...SORRY, inhibit: true } })
  t.strictSame(play(waiting, down('1.1')).tables, ['11=1 99=0', '11=0 99=1'])
  const double = { ...SORRY, destination: { ...SORRY.destination, address: '192.0.2.11' } }
  t.strictSame(play(virtualServer([{}, {}], { sorryServer: double }), down('1.1'), down('2.1')).tables, [
    '11=1 12=1',
    '12=1',
    '11=1',
  ])
})

t.test('alpha: nobody is up before a check succeeded', async t => {
  const server = virtualServer([{ alpha: true }, { alpha: true }], { sorryServer: SORRY })
  const { tables, told } = play(server, up('1.1'), up('2.1'))
  t.strictSame(tables, ['99=1', '11=1', '11=1 12=1'])
  t.strictSame(told.slice(0, 4), [
    `Starting with quorum down 1-0=1 > 0 for VS ${VIP}`,
    `Adding sorry server SORRY to VS ${VIP}`,
    `Removing alive servers from the pool for VS ${VIP}`,
    'quorum DOWN',
  ])
})

t.test('weights by checks count for the quorum', async t => {
  const server = virtualServer([{ weight: 3 }, {}], { quorum: 3, sorryServer: SORRY })
  const { tables, told } = play(server, weight('1.1', 1), weight('1.1', 9))
  t.strictSame(tables, ['11=3 12=1', '99=1', '11=9 12=1'])
  t.equal(told[2], `Changing weight from 3 to 1 for active service RS1 of VS ${VIP}`)
})

t.test('the end: told with omega alone', async t => {
  t.strictSame(play(virtualServer([{}]), { type: 'stop' }).told.slice(2), [`Shutting down service RS1 from VS ${VIP}`])
  t.strictSame(play(virtualServer([{}], { omega: true }), { type: 'stop' }).told.slice(2), [
    `Shutting down service RS1 from VS ${VIP}`,
    'server RS1 DOWN',
    'quorum DOWN',
  ])
})

t.test('a reload keeps what is known, and tells what is gone', async t => {
  const { state: first } = startVirtualServer(virtualServer([{}, {}, {}]))
  const { state } = stepVirtualServer(first, down('2.1'))
  const same = startVirtualServer(virtualServer([{}, {}, {}]), state)
  t.strictSame([table(same.state), same.effects], ['11=1 13=1', []])
  const heavier = startVirtualServer(virtualServer([{ weight: 7 }, {}]), state)
  t.strictSame(
    [table(heavier.state), ...heavier.effects.map(describe)],
    [
      '11=7',
      `Removing service RS3 from VS ${VIP}`,
      'server RS3 DOWN',
      `Changing weight from 1 to 7 for active service RS1 of VS ${VIP}`,
    ],
  )
  const unchecked = startVirtualServer(virtualServer([{}, { checks: 0 }, {}]), state)
  t.equal(table(unchecked.state), '11=1 12=1 13=1', 'the check that failed is gone')
  const stricter = startVirtualServer(virtualServer([{}, {}, {}], { quorum: 3, sorryServer: SORRY }), state)
  t.equal(table(stricter.state), '99=1', 'the new quorum is not reached')
  t.strictSame(endVirtualServer(state).map(describe).slice(0, 3), [
    `Removing Virtual Server ${VIP}`,
    `Removing service RS1 from VS ${VIP}`,
    'server RS1 DOWN',
  ])
})

const servers = fc.array(
  fc.record({
    weight: fc.integer({ min: 0, max: 4 }),
    inhibit: fc.boolean(),
    alpha: fc.boolean(),
    checks: fc.integer({ min: 0, max: 2 }),
  }),
  { minLength: 1, maxLength: 5 },
)
const settings = fc.record({
  quorum: fc.integer({ min: 0, max: 8 }),
  hysteresis: fc.integer({ min: 0, max: 3 }),
  omega: fc.boolean(),
  sorry: fc.constantFrom('none', 'absent', 'inhibited'),
})
const events = fc.array(
  fc.record({
    server: fc.integer({ min: 1, max: 6 }),
    check: fc.integer({ min: 1, max: 3 }),
    what: fc.constantFrom('up', 'down', 'weight'),
    to: fc.integer({ min: 0, max: 5 }),
  }),
  { maxLength: 40 },
)

t.test('whatever happens: the quorum is told once, servers in turns, the table follows the verdicts', async () => {
  const holds = fc.property(servers, settings, events, (list, { sorry, hysteresis, ...rest }, happenings) => {
    const server = virtualServer(list, {
      ...rest,
      hysteresis: Math.min(hysteresis, Math.max(rest.quorum - 1, 0)),
      ...(sorry !== 'none' && { sorryServer: { ...SORRY, inhibit: sorry === 'inhibited' } }),
    })
    let { state, effects } = startVirtualServer(server)
    const failed = new Set(server.servers.flatMap(each => each.checks.filter(({ alpha }) => alpha).map(({ id }) => id)))
    const told = [...effects]
    for (const { server: number, check, what, to } of happenings) {
      const id = `${number}.${check}`
      const known = server.servers.some(each => each.checks.some(other => other.id === id))
      const before = state
      ;({ state, effects } = stepVirtualServer(
        state,
        what === 'weight' ? weight(id, to) : what === 'up' ? up(id) : down(id),
      ))
      told.push(...effects)
      if (known && what === 'up') failed.delete(id)
      if (known && what === 'down') failed.add(id)
      if (!known && (state !== before || effects.length > 0)) return false
      if (!followsVerdicts(state, failed)) return false
    }
    return alternates(told, state)
  })
  fc.assert(holds, { numRuns: 500 })
})

/** The table has exactly what the verdicts say. */
function followsVerdicts(state: VirtualServerState, failed: ReadonlySet<string>): boolean {
  const entries = new Map(desiredDestinations(state).map(({ address, weight }) => [address, weight]))
  const { quorum, hysteresis, sorryServer } = state.virtualServer
  const sum = aliveWeight(state)
  if (state.quorumUp && (sum === 0 || sum < quorum - hysteresis)) return false
  if (!state.quorumUp && sum > 0 && sum >= quorum + hysteresis) return false
  if (state.sorryActive !== (sorryServer !== undefined && !state.quorumUp)) return false
  return state.virtualServer.servers.every((server, i) => {
    const alive = server.checks.every(({ id }) => !failed.has(id))
    const expected = alive && !state.sorryActive ? state.servers[i]?.weight : server.inhibitOnFailure ? 0 : undefined
    return entries.get(server.destination.address) === expected
  })
}

/** UP and DOWN of the quorum, and of each server, come in turns; the last one is what is so. */
function alternates(told: readonly VirtualServerEffect[], state: VirtualServerState): boolean {
  const words = new Map<string, string>()
  for (const effect of told) {
    if (effect.type !== 'quorum' && effect.type !== 'server') continue
    const key = effect.type === 'quorum' ? '' : effect.server
    if (words.get(key) === effect.state) return false
    words.set(key, effect.state)
  }
  return (words.get('') ?? 'DOWN') === (state.quorumUp ? 'UP' : 'DOWN')
}
