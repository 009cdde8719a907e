/**
 * Sync groups alone, and joined to real machines.
 */
import fc from 'fast-check'
import t from 'tap'
import {
  initialState,
  initialSyncGroup,
  type MachineState,
  nextDeadline,
  type RouterState,
  type SyncGroupEvent,
  type SyncGroupState,
  step,
  stepSyncGroup,
  syncGroupState,
} from '../../lib/machine/index.ts'
import { milliseconds } from '../../lib/time/index.ts'
import { DEFAULT_ROUTER, deepFreeze } from './router.ts'

/** Feeds events and returns the commands of the last one as `type member`. */
function feed(group: SyncGroupState, ...events: readonly SyncGroupEvent[]) {
  let state = deepFreeze(group)
  let commands: readonly string[] = []
  for (const event of events) {
    const result = stepSyncGroup(state, deepFreeze(event))
    state = deepFreeze(result.state)
    commands = result.commands.map(({ type, member }) => `${type} ${member}`)
  }
  return { state, commands }
}

const to = (member: string, to: RouterState): SyncGroupEvent => ({ type: 'transition', member, to })
const says = (member: string, type: Exclude<SyncGroupEvent['type'], 'transition'>): SyncGroupEvent => ({ type, member })
const group = (state: RouterState) =>
  feed(initialSyncGroup(['a', 'b', 'c']), ...'abc'.split('').map(name => to(name, state))).state

t.test('a member may become active only when every member wants to; the last pulls all, itself first', async t => {
  const { state, commands } = feed(group('backup'), says('a', 'want-active'), says('c', 'want-active'))
  t.strictSame(commands, [])
  t.strictSame(feed(state, says('b', 'want-active')).commands, ['takeover b', 'takeover a', 'takeover c'])
})

t.test('a wish that was taken back does not count', async t => {
  const wishes = [
    says('a', 'want-active'),
    says('b', 'want-active'),
    says('a', 'want-backup'),
    says('c', 'want-active'),
  ]
  const { state, commands } = feed(group('backup'), ...wishes)
  t.strictSame(commands, [])
  t.strictSame(feed(state, says('a', 'want-active')).commands, ['takeover a', 'takeover b', 'takeover c'])
})

t.test('a member that is not running keeps the others from taking over', async t => {
  const events = [to('c', 'initialize'), says('a', 'want-active'), says('b', 'want-active')]
  t.strictSame(feed(group('backup'), ...events).commands, [])
})

t.test('a member that comes late is let in, and pulls nobody down', async t => {
  const late = feed(group('active'), to('c', 'initialize'), to('c', 'backup'))
  t.strictSame(late.commands, [])
  t.strictSame(feed(late.state, says('c', 'want-active')).commands, ['takeover c'])
})

t.test('one member to backup pulls all', async t => {
  t.strictSame(feed(group('active'), to('b', 'backup')).commands, ['yield a', 'yield c'])
  t.strictSame(feed(group('active'), to('b', 'backup'), to('a', 'backup')).commands, ['yield c'])
})

t.test('one member with a fault faults all; they come back when no member has one', async t => {
  const first = feed(group('active'), says('b', 'fault'))
  t.strictSame(first.commands, ['fault a', 'fault c'])
  const second = feed(first.state, says('c', 'fault'))
  t.strictSame(second.commands, ['fault b'], 'b would otherwise leave with its own fault')
  const third = feed(second.state, says('b', 'fault-cleared'))
  t.strictSame(third.commands, ['clear-fault c'], 'c is now held by its own fault alone')
  t.strictSame(feed(third.state, says('c', 'fault-cleared')).commands, ['clear-fault a', 'clear-fault b'])
})

t.test('a member that is told to stop leaves the others time to resign', async t => {
  t.strictSame(feed(group('active'), to('a', 'initialize')).commands, [])
})

t.test('a losing advertisement at one member has the others announce again', async t => {
  t.strictSame(feed(group('active'), says('a', 'lower-priority-advertisement')).commands, ['announce b', 'announce c'])
  t.strictSame(feed(group('backup'), says('a', 'lower-priority-advertisement')).commands, [])
})

t.test('who is not in the group has no say', async t => {
  const before = group('active')
  t.strictSame(feed(before, to('x', 'backup')), { state: before, commands: [] })
})

t.test('the state of the whole', async t => {
  t.equal(syncGroupState(group('active')), 'active')
  t.equal(syncGroupState(group('backup')), 'backup')
  t.equal(syncGroupState(feed(group('active'), to('a', 'backup')).state), 'backup')
  t.equal(syncGroupState(feed(group('active'), to('a', 'initialize')).state), 'initialize')
})

/** Machines and group joined the way an engine joins them. */
class Node {
  readonly names: readonly string[]
  readonly machines: Map<string, MachineState>
  readonly #own = new Set<string>()
  readonly #held = new Set<string>()
  group: SyncGroupState
  now = 0

  constructor(names: readonly string[]) {
    this.names = names
    this.group = initialSyncGroup(names)
    this.machines = new Map(names.map(name => [name, initialState(router)]))
    for (const name of names) this.machine(name, { type: 'startup' })
  }

  machine(name: string, event: Parameters<typeof step>[2]): void {
    const before = this.machines.get(name) ?? initialState(router)
    const { state, actions } = step(router, before, event, milliseconds(this.now))
    this.machines.set(name, state)
    for (const action of actions) {
      if (action.type === 'transition') this.tell(to(name, action.to))
      if (action.type === 'want-active' || action.type === 'want-backup') this.tell(says(name, action.type))
    }
  }

  fault(name: string, present: boolean): void {
    if (this.#own.has(name) === present) return
    if (present) this.#own.add(name)
    else this.#own.delete(name)
    this.tell(says(name, present ? 'fault' : 'fault-cleared'))
    this.#judge(name)
  }

  faulty(): boolean {
    return this.#own.size > 0
  }

  tell(event: SyncGroupEvent): void {
    const { state, commands } = stepSyncGroup(this.group, event)
    this.group = state
    for (const { type, member } of commands) {
      if (type === 'takeover' || type === 'yield') this.machine(member, { type })
      if (type === 'fault') this.#held.add(member)
      if (type === 'clear-fault') this.#held.delete(member)
      if (type === 'fault' || type === 'clear-fault') this.#judge(member)
    }
  }

  #judge(name: string): void {
    const faulty = this.#own.has(name) || this.#held.has(name)
    const running = this.machines.get(name)?.state !== 'initialize'
    if (faulty && running) this.machine(name, { type: 'shutdown', cause: 'fault' })
    if (!faulty && !running) this.machine(name, { type: 'startup' })
  }

  /** Lets time pass until `end`, timer by timer. */
  wait(end: number): void {
    for (;;) {
      const due = this.names
        .map(name => ({ name, at: nextDeadline(this.machines.get(name) ?? initialState(router)) ?? Infinity }))
        .reduce((a, b) => (b.at < a.at ? b : a))
      if (due.at > end) break
      this.now = Math.max(this.now, due.at)
      this.machine(due.name, { type: 'timer' })
    }
    this.now = end
  }

  states(): ReadonlySet<RouterState | undefined> {
    return new Set(this.names.map(name => this.machines.get(name)?.state))
  }
}

const router = { ...DEFAULT_ROUTER, grouped: true }

t.test(
  'whatever happens, the members agree: all down while one has a fault, and all active after quiet time',
  async t => {
    const names = ['a', 'b', 'c']
    const heard = (name: string, priority: number) => (node: Node) =>
      node.machine(name, {
        type: 'advertisement',
        priority,
        interval: milliseconds(1000),
        source: '192.0.2.9',
        localAddress: '192.0.2.1',
      })
    const happening = fc.oneof(
      fc.tuple(fc.constantFrom(...names), fc.constantFrom(0, 50, 150)).map(([name, priority]) => heard(name, priority)),
      fc.tuple(fc.constantFrom(...names), fc.boolean()).map(
        ([name, present]) =>
          (node: Node) =>
            node.fault(name, present),
      ),
      fc.double({ min: 0, max: 9000, noNaN: true }).map(pause => (node: Node) => node.wait(node.now + pause)),
    )
    fc.assert(
      fc.property(fc.array(happening, { maxLength: 40 }), happenings => {
        const node = new Node(names)
        for (const happen of happenings) {
          happen(node)
          const states = node.states()
          if (node.faulty() && (states.size !== 1 || !states.has('initialize')))
            throw new Error('some run despite a fault')
          if (states.has('active') && states.size !== 1) throw new Error(`torn: ${[...states].join(' ')}`)
        }
        for (const name of names) node.fault(name, false)
        node.wait(node.now + 20_000)
        const states = node.states()
        if (states.size !== 1 || !states.has('active')) throw new Error(`not active: ${[...states].join(' ')}`)
      }),
    )
    t.pass()
  },
)
