/**
 * One family of generic netlink over a client: its number, looked up when it is needed first. The number changes when
 * the module is loaded anew, and the old one is refused like an unknown object (ENOENT).
 */

import type { NetlinkClient } from './client.ts'
import { refusalError } from './client.ts'
import { decodeFamily, encodeFamilyRequest, GENL_ID_CTRL } from './generic.ts'
import { ERRNO, systemError } from './system-error.ts'

/** A family of generic netlink, by name. */
export class GenericFamily {
  readonly #client: NetlinkClient
  readonly #name: string
  #id: number | undefined

  constructor(client: NetlinkClient, name: string) {
    this.#client = client
    this.#name = name
  }

  /**
   * The message type of the family. The kernel loads the module that has it.
   * @throws SystemError errno 2 (ENOENT) when this kernel does not have the family
   */
  id(): number {
    this.#id ??= this.#lookUp()
    return this.#id
  }

  /** Looks the number up again. Whether it is another one now. @throws SystemError as {@link id} */
  renew(): boolean {
    const old = this.#id
    this.#id = undefined
    return this.id() !== old
  }

  #lookUp(): number {
    const what = `family ${this.#name}`
    const request = { type: GENL_ID_CTRL, flags: 0, body: encodeFamilyRequest(this.#name) }
    const { messages, refusal } = this.#client.ask(request, what)
    if (refusal !== undefined) throw refusalError(what, refusal)
    for (const { body } of messages) {
      const family = decodeFamily(body)
      if (family?.name === this.#name) return family.id
    }
    throw systemError(what, ERRNO.ENOENT, { code: 'ERR_NETLINK' })
  }
}
