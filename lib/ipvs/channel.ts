/**
 * Commands and questions to the IPVS of the kernel, over two sockets: one cannot do anything else while a dump runs on it.
 */
import { SystemError } from '../errors.ts'
import { NLMSG_NOOP } from '../netlink/constants.ts'
import {
  AttributeWriter,
  ERRNO,
  GenericFamily,
  type NetlinkBody,
  NetlinkClient,
  type NetlinkMessage,
  NLM_F_REQUEST,
  type Refusal,
  systemError,
} from '../netlink/index.ts'
import type { IpvsCommand } from './command.ts'
import { encodeProbe, type IpvsQuestion, writeCommand, writeQuestion } from './encode-command.ts'
import { commandError, type IpvsError, questionError, unavailableError } from './ipvs-error.ts'
import type { IpvsKernel } from './kernel.ts'
import { IPVS_FAMILY } from './numbers.ts'
import type { Pace } from './pace.ts'
import { formatServiceKey, type ServiceKey } from './service-key.ts'

/**
 * Commands in one datagram, with one acknowledgement. Were each of them refused, the refusals would fit the smallest
 * receive buffer that the kernel gives.
 */
const BATCH = 64

/**
 * Behind each batch, and acknowledged in any case. The kernel answers nothing at all to a command that ends with EINTR, as the
 * stop of a synchronisation daemon does when its thread has not run yet: it is done then.
 */
const END = { type: NLMSG_NOOP, flags: 0, body: new Uint8Array(0) }

/** The two sockets, and the number of the family. */
export class IpvsChannel {
  readonly #commands: NetlinkClient
  readonly #dumps: NetlinkClient
  readonly #family: GenericFamily
  #turn: Promise<unknown> = Promise.resolve()

  /**
   * @param timeout of one answer, in milliseconds
   * @throws SystemError when a socket cannot be opened; IpvsError `ERR_IPVS_UNAVAILABLE`
   */
  constructor(kernel: IpvsKernel, timeout: number) {
    const options = { batch: BATCH + 1, timeout }
    this.#commands = new NetlinkClient(kernel.openSocket(), options)
    try {
      this.#dumps = new NetlinkClient(kernel.openSocket(), options)
      this.#family = new GenericFamily(this.#commands, IPVS_FAMILY)
      available(() => this.#family.id())
    } catch (error) {
      this.close()
      throw error
    }
  }

  /**
   * Sends all commands, in order; a refused one does not stop the others. One result for each: undefined when it was done.
   * @throws SystemError when a socket fails, or answers were lost: what was done is not known then
   */
  async execute(commands: readonly IpvsCommand[], pace: Pace): Promise<(IpvsError | undefined)[]> {
    // All are written before the first is sent: the kernel then changes from the old table to the new without a pause.
    const written = await this.#write(commands, pace)
    const results: (IpvsError | undefined)[] = []
    for (let start = 0; start < commands.length; start += BATCH) {
      if (pace.due) await pace.rest()
      const batch = commands.slice(start, start + BATCH)
      const bodies = written.slice(start, start + BATCH)
      const refusals = this.#current(
        type =>
          this.#commands.transact([...bodies.map(body => ({ type, flags: 0, body })), END]).slice(0, bodies.length),
        answers => answers.every(answer => answer?.errno === ERRNO.ENOENT),
      )
      for (const [index, command] of batch.entries()) results.push(this.#commandError(command, refusals[index]))
    }
    return results
  }

  /** The bodies of the commands, one behind the other in one piece of memory. */
  async #write(commands: readonly IpvsCommand[], pace: Pace): Promise<readonly Uint8Array[]> {
    const writer = new AttributeWriter()
    const ends: number[] = []
    for (const command of commands) {
      if (ends.length % BATCH === 0 && pace.due) await pace.rest()
      writeCommand(writer, command)
      ends.push(writer.written().length)
    }
    const bytes = writer.written()
    return ends.map((end, i) => bytes.subarray(ends[i - 1] ?? 0, end))
  }

  /** The answer to a question that is no dump; undefined when there is no such service. @throws IpvsError, SystemError */
  ask(question: IpvsQuestion, service?: ServiceKey): NetlinkMessage | undefined {
    const what = describe(question, service)
    const body = (writer: AttributeWriter) => writeQuestion(writer, question, service)
    const { messages, refusal } = this.#current(
      type => this.#commands.ask({ type, flags: 0, body }, what),
      answer => answer.refusal?.errno === ERRNO.ENOENT,
    )
    if (refusal === undefined) return messages[0]
    if (refusal.errno === ERRNO.ESRCH) return undefined
    throw questionError(what, refusal.errno, service)
  }

  /**
   * Everything that a dump tells, decoded.
   * @param decode gives undefined for what it cannot read
   * @throws IpvsError, SystemError; `ERR_NETLINK` when something could not be read: half a table is worse than none
   */
  dump<T>(question: IpvsQuestion, decode: (body: Uint8Array) => T | undefined, pace: Pace): Promise<T[]> {
    return this.exclusive(() => this.dumpNow(question, undefined, decode, pace))
  }

  /** Waits until no dump runs, and keeps others from beginning until `work` is done. */
  async exclusive<T>(work: () => Promise<T>): Promise<T> {
    const turn = this.#turn.then(work)
    this.#turn = turn.catch(() => undefined)
    return await turn
  }

  /** As {@link dump}, inside `exclusive`. */
  async dumpNow<T>(
    question: IpvsQuestion,
    service: ServiceKey | undefined,
    decode: (body: Uint8Array) => T | undefined,
    pace: Pace,
  ): Promise<T[]> {
    const what = describe(question, service)
    const body = (writer: AttributeWriter) => writeQuestion(writer, question, service)
    for (let attempt = 1; ; attempt++) {
      try {
        return await this.#dumpOnce(what, body, decode, pace)
      } catch (error) {
        if (!(error instanceof SystemError) || error.code !== 'ERR_NETLINK') throw error
        if (error.errno === ERRNO.ENOENT && attempt === 1 && available(() => this.#family.renew())) continue
        if (error.errno === ERRNO.EPERM) throw questionError(what, error.errno, service)
        throw error
      }
    }
  }

  /** The first call closes the sockets. */
  close(): void {
    this.#commands.close()
    // The constructor may have opened one alone.
    this.#dumps?.close()
  }

  async #dumpOnce<T>(
    what: string,
    body: NetlinkBody,
    decode: (body: Uint8Array) => T | undefined,
    pace: Pace,
  ): Promise<T[]> {
    let found: T[] = []
    for (const part of this.#dumps.dumpParts(this.#family.id(), body, what)) {
      if (part === 'again') {
        found = []
        continue
      }
      for (const message of part) found.push(readable(decode(message.body), what))
      if (pace.due) await pace.rest()
    }
    return found
  }

  /** Calls `work` with the family's number, once more when it `seems` to be an old one and is. */
  #current<T>(work: (type: number) => T, seemsOld: (result: T) => boolean): T {
    const result = work(available(() => this.#family.id()))
    return seemsOld(result) && available(() => this.#family.renew()) ? work(this.#family.id()) : result
  }

  #commandError(command: IpvsCommand, refusal: Refusal | undefined): IpvsError | undefined {
    if (refusal === undefined) return undefined
    const { errno } = refusal
    const ofService = command.type === 'add-service' || command.type === 'edit-service'
    const doubtful = errno === ERRNO.ENOENT && ofService && command.service.persistenceEngine !== false
    return commandError(command, errno, doubtful && this.#hasScheduler(command.service.scheduler))
  }

  /** Asks for a service that cannot be: the kernel looks for the scheduler first, and then refuses the prefix length. */
  #hasScheduler(scheduler: string): boolean {
    const request = { type: this.#family.id(), flags: NLM_F_REQUEST, body: encodeProbe(scheduler) }
    return this.#commands.transact([request])[0]?.errno === ERRNO.EINVAL
  }
}

/** What could be read. @throws SystemError when nothing could */
export function readable<T>(value: T | undefined, what: string): T {
  if (value !== undefined) return value
  const hint = 'the kernel answered in a form that is not known here'
  throw systemError(what, EBADMSG, { code: 'ERR_NETLINK', hint })
}

const EBADMSG = 74

function available<T>(work: () => T): T {
  try {
    return work()
  } catch (error) {
    if (error instanceof SystemError && error.errno === ERRNO.ENOENT) throw unavailableError()
    throw error
  }
}

function describe(question: IpvsQuestion, service: ServiceKey | undefined): string {
  const words = question.replace(/[A-Z]/g, letter => `-${letter.toLowerCase()}`)
  return service === undefined ? words : `${words} ${formatServiceKey(service)}`
}
