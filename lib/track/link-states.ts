/**
 * What tracking of interfaces needs of the machine. `LinkWatch` of `vrrp-ts/instance` fits.
 */

/** The state of interfaces, and word of its changes. */
export interface LinkStates {
  /** The interface now; undefined when it does not exist. */
  get(interfaceName: string): { readonly running: boolean } | undefined
  /** Calls `listener` after each change. Returns the end of it. */
  subscribe(listener: (interfaceName: string) => void): () => void
}
