/**
 * The pending error of a socket (SO_ERROR). Reading it clears it: a poll that reports an error would report it for ever.
 */
import { SO_ERROR, SOL_SOCKET } from './constants.ts'
import { syscalls } from './syscalls.ts'

/** Value, and length of the value. */
const ANSWER = Buffer.alloc(8)
const VALUE = ANSWER.subarray(0, 4)
const LENGTH = ANSWER.subarray(4)

/** Takes the pending error of a socket: a positive error number; 0 for none, and for what is no socket. */
export function takeSocketError(fd: number): number {
  VALUE.writeInt32LE(0)
  LENGTH.writeInt32LE(4)
  return syscalls().getsockopt(fd, SOL_SOCKET, SO_ERROR, VALUE, LENGTH) < 0 ? 0 : VALUE.readInt32LE()
}
