/**
 * A bell between threads of one process: eventfd(2). Whoever has the number can ring it; the thread that waits in a
 * {@link PpollReactor} hears it.
 */
import { closeSync, writeSync } from 'node:fs'
import { check } from '../netlink/system-error.ts'
import { SOCK_FLAGS } from './constants.ts'
import { syscalls } from './syscalls.ts'

/** Makes a bell. @returns its descriptor. @throws SystemError */
export function openBell(): number {
  return check('eventfd', syscalls().eventfd(0, SOCK_FLAGS))
}

/** Rings it. Rung twice before it was heard is once. Nothing native is loaded for it. @throws Error when there is no such bell */
export function ringBell(fd: number): void {
  writeSync(fd, ONE)
}

/** Makes it silent again. */
export function silenceBell(fd: number): void {
  syscalls().read(fd, COUNT, COUNT.length)
}

/** Gives it back. @throws Error when there is no such bell */
export function closeBell(fd: number): void {
  closeSync(fd)
}

const ONE = Buffer.from([1, 0, 0, 0, 0, 0, 0, 0])
const COUNT = Buffer.alloc(8)
