/**
 * A bell between threads of one process: eventfd(2). Whoever has the number can ring it; the thread that waits in a
 * {@link PpollReactor} hears it.
 */
import { check } from '../netlink/system-error.ts'
import { SOCK_FLAGS } from './constants.ts'
import { syscalls } from './syscalls.ts'

/** Makes a bell. @returns its descriptor. @throws SystemError */
export function openBell(): number {
  return check('eventfd', syscalls().eventfd(0, SOCK_FLAGS))
}

/** Rings it. Rung twice before it was heard is once. */
export function ringBell(fd: number): void {
  syscalls().write(fd, ONE, ONE.length)
}

/** Makes it silent again. */
export function silenceBell(fd: number): void {
  syscalls().read(fd, COUNT, COUNT.length)
}

/** Gives it back. */
export function closeBell(fd: number): void {
  syscalls().close(fd)
}

const ONE = Buffer.from([1, 0, 0, 0, 0, 0, 0, 0])
const COUNT = Buffer.alloc(8)
