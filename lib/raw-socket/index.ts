/**
 * The raw-socket transport. Importing this loads no native code.
 * @module
 */
export { NodeLinkWatch } from './node-link-watch.ts'
export { RawSocketTransport } from './raw-socket-transport.ts'
