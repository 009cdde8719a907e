/**
 * How long connections are remembered. ipvsadm(8), `--set`.
 */

/** Time-outs of connections, in seconds, 1 to `MAX_TIMEOUT`. */
export interface Timeouts {
  /** TCP, established. */
  readonly tcp: number
  /** TCP, after a FIN. */
  readonly tcpFin: number
  readonly udp: number
}
