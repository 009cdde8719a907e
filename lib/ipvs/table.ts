/**
 * The whole table of a network namespace: services and their destinations.
 */
import type { Destination, DestinationOptions, DestinationState } from './destination.ts'
import type { Service, ServiceOptions, ServiceState } from './service.ts'

/** A service with its destinations. */
export type TableEntry = Service & { readonly destinations: readonly Destination[] }

/** A table, complete: as it was read, or as `completeTable` makes it. */
export type IpvsTable = readonly TableEntry[]

/** A service and its destinations as the kernel tells them, with their counters. */
export type TableEntryState = ServiceState & { readonly destinations: readonly DestinationState[] }

/** A service that is there. Whether its destinations have connections is known when they are states. */
export type CurrentEntry = Service & { readonly destinations: readonly (Destination | DestinationState)[] }

/** A service as it is wanted, with its destinations (default none). A {@link TableEntry} is one too. */
export type DesiredService = ServiceOptions & { readonly destinations?: readonly DestinationOptions[] }

/** A table as it is wanted. */
export type DesiredTable = readonly DesiredService[]
