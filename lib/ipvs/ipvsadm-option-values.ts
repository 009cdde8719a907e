/**
 * The options of one line of ipvsadm(8)'s text, by name: their values, and what is wrong with them, with its column.
 */
import type { Problem } from './given.ts'
import { type Endpoint, type NameLookup, readEndpoint, readNumber } from './ipvsadm-endpoint.ts'
import type { GivenOption, IpvsadmLine, TextProblem, Word } from './ipvsadm-line.ts'
import { EXCLUSIVE, IPVSADM_COMMANDS, type IpvsadmCommand, type IpvsadmOption, OPTIONS_OF } from './ipvsadm-options.ts'
import type { ServiceProtocol } from './service-key.ts'

/** Which option a value of the library came from. */
const OPTION_OF_PATH: Readonly<Record<string, IpvsadmOption>> = {
  scheduler: 'scheduler',
  schedulerFlags: 'sched-flags',
  'persistence.timeout': 'persistent',
  'persistence.mask': 'netmask',
  persistenceEngine: 'pe',
  onePacket: 'ops',
  weight: 'weight',
  upperThreshold: 'u-threshold',
  lowerThreshold: 'l-threshold',
  'forward.tunnel': 'tun-type',
  'forward.port': 'tun-port',
  'forward.checksum': 'tun-remcsum',
  interface: 'mcast-interface',
  syncId: 'syncid',
  maxLength: 'sync-maxlen',
  group: 'mcast-group',
  port: 'mcast-port',
  ttl: 'mcast-ttl',
}

/** The options of a line. */
export class OptionValues {
  readonly names: NameLookup
  readonly #line: number
  readonly #problems: TextProblem[]
  readonly #read: IpvsadmLine
  readonly #options = new Map<string, GivenOption>()
  #failed = false

  constructor(read: IpvsadmLine, line: number, names: NameLookup, problems: TextProblem[]) {
    this.#read = read
    this.#line = line
    this.names = names
    this.#problems = problems
  }

  /** There was an error. */
  get failed(): boolean {
    return this.#failed
  }

  /** Words that belong to no option. */
  get others(): readonly Word[] {
    return this.#read.others
  }

  /** Takes the options that go with a command, and refuses the others. */
  collect(command: IpvsadmCommand, options: readonly GivenOption[]): void {
    const allowed: readonly string[] = OPTIONS_OF[command]
    for (const option of options) {
      if (option.name === 'sort') continue
      if (isCommand(option.name)) this.refuse(option.column, `--${option.name} is a second command in one line`)
      else if (!allowed.includes(option.name)) {
        this.refuse(option.column, `--${option.name} does not go with --${command}`)
      } else if (this.#options.has(option.name)) this.refuse(option.column, `--${option.name} is given twice`)
      else {
        const rival = EXCLUSIVE.find(group => group.some(name => name === option.name))?.find(name =>
          this.#options.has(name),
        )
        if (rival !== undefined) this.refuse(option.column, `--${option.name} contradicts --${rival}`)
        this.#options.set(option.name, option)
      }
    }
    if (command === 'set') return
    for (const { text, column } of this.#read.others) {
      // What ipvsadm writes for a way of forwarding that it does not know.
      if (text === '(null)' && allowed.includes('real-server')) continue
      this.refuse(column, `'${text}' belongs to no option`)
    }
  }

  /** The first of some options that is given. */
  find(names: Iterable<IpvsadmOption>): GivenOption | undefined {
    for (const name of names) {
      const option = this.#options.get(name)
      if (option !== undefined) return option
    }
    return undefined
  }

  /** An option, if it is given. */
  get(name: IpvsadmOption): GivenOption | undefined {
    return this.#options.get(name)
  }

  /** Whether an option is given. */
  has(name: IpvsadmOption): boolean {
    return this.#options.has(name)
  }

  /** `host[:port]` as the value of an option. */
  endpoint(name: IpvsadmOption, protocol: ServiceProtocol): Endpoint | undefined {
    const value = this.#options.get(name)?.value
    if (value === undefined) return undefined
    const endpoint = readEndpoint(value.text, protocol, this.names)
    if (typeof endpoint !== 'string') return endpoint
    this.refuse(value.column, endpoint)
    return undefined
  }

  /** The value of an option, as it is written. */
  text(name: IpvsadmOption): string | undefined {
    return this.#options.get(name)?.value?.text
  }

  /** The value of an option as a number. */
  number(name: IpvsadmOption): number | undefined {
    const value = this.#options.get(name)?.value
    if (value === undefined) return undefined
    const number = readNumber(value.text)
    if (number === undefined) this.refuse(value.column, `'${value.text}' is not a number`)
    return number
  }

  /** Problems of the library's values, at the options that they came from. */
  report(problems: readonly Problem[], places: Readonly<Record<string, IpvsadmOption>>): void {
    // A text that is no number was told already, and is nothing now.
    if (this.#failed) return
    for (const { path, reason } of problems) {
      const name = places[path] ?? OPTION_OF_PATH[path]
      this.refuseOption(name, reason)
    }
  }

  /** An error at an option; at the command when it is not given. */
  refuseOption(name: IpvsadmOption | undefined, message: string): void {
    const option = name === undefined ? undefined : this.#options.get(name)
    const first = this.#read.options[0]
    this.refuse(option?.value?.column ?? option?.column ?? first?.column ?? 1, message)
  }

  /** An error. */
  refuse(column: number, message: string): void {
    this.#failed = true
    this.#problems.push({ severity: 'error', line: this.#line, column, message })
  }

  /** Something that has no effect. */
  warn(column: number, message: string, unknown?: TextProblem['unknown']): void {
    const problem: TextProblem = { severity: 'warning', line: this.#line, column, message }
    this.#problems.push(unknown === undefined ? problem : { ...problem, unknown })
  }
}

/** Whether an option is a command. */
export function isCommand(name: string): name is IpvsadmCommand {
  return Object.hasOwn(IPVSADM_COMMANDS, name)
}
