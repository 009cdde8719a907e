/**
 * LVS without a kernel: from verdicts about servers to the table that IPVS should have, and to what is told. Pure.
 * @module
 */
export { desiredDestinations, desiredServices } from './desired-services.ts'
export { endVirtualServer, startVirtualServer } from './start-virtual-server.ts'
export { stepVirtualServer, type VirtualServerEvent, type VirtualServerStep } from './step-virtual-server.ts'
export type { RealServer, ServerCheck, SorryServer, VirtualServer } from './virtual-server.ts'
export type { VirtualServerEffect } from './virtual-server-effect.ts'
export { aliveWeight, type ServerState, type VirtualServerState } from './virtual-server-state.ts'
