/**
 * Gives back memory that only the start of a program needed. malloc_trim(3), madvise(2).
 */
import { readFileSync } from 'node:fs'
import { syscalls, trimMemory } from './syscalls.ts'

const MADV_DONTNEED = 4

/**
 * Gives back what is free in the C library, and what was read of the program file's constants: node's snapshot, and the
 * sources and code of its modules, 15 MB that are hardly looked at again. They come back from the page cache where they are.
 * Takes a few milliseconds. Whatever cannot be done is left.
 */
export function releaseMemory(): void {
  trimMemory()
  try {
    for (const { from, length } of constantsOf(readFileSync('/proc/self/smaps', 'latin1'), process.execPath)) {
      syscalls().madvise(from, length, MADV_DONTNEED)
    }
  } catch {
    // No /proc: then there is nothing to be seen of it either.
  }
}

/** A range of memory. */
export interface MemoryRange {
  readonly from: bigint
  readonly length: number
}

/**
 * The read-only, unchanged mappings of a file: what is dropped of them is read from the file again. One with a page of its
 * own (a relocation) is none of them.
 * @param smaps - text of /proc/PID/smaps, proc_pid_smaps(5)
 */
export function constantsOf(smaps: string, file: string): readonly MemoryRange[] {
  const mappings = smaps.split(/^(?=[0-9a-f]+-[0-9a-f]+ )/m)
  return mappings.flatMap(mapping => {
    const [, from = '', to = '', permissions, path] = HEAD.exec(mapping) ?? []
    if (permissions !== 'r--p' || path !== file || !/^Anonymous: +0 kB$/m.test(mapping)) return []
    const start = BigInt(`0x${from}`)
    return [{ from: start, length: Number(BigInt(`0x${to}`) - start) }]
  })
}

const HEAD = /^([0-9a-f]+)-([0-9a-f]+) (\S+) \S+ \S+ \d+ +(.*)$/m
