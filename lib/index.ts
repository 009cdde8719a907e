/**
 * vrrp-ts: the protocol from packets to engines, and the reader of keepalived.conf. Importing this loads no native
 * code. Simulation, captures, the ports of Linux and all that makes a daemon have subpaths of their own.
 * @module
 */
export * from './engine/index.ts'
export * from './errors.ts'
export * from './garp/index.ts'
export * from './instance/index.ts'
export * from './keepalived/index.ts'
export * from './machine/index.ts'
export * from './net/index.ts'
export * from './packet/index.ts'
export * from './time/index.ts'
