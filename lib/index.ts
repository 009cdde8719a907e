/**
 * vrrp-ts: everything but the ports of Linux and raw-socket. Importing this loads no native code.
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
