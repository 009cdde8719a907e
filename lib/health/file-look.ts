/**
 * FILE_CHECK: the number in a tracked file. A file that is not there, or holds no number, counts as 0, as in track_file.
 */

import { constants } from 'node:fs'
import { open } from 'node:fs/promises'
import { messageOf } from '../errors.ts'
import type { FileCheck } from './check-specification.ts'
import { failed } from './failures.ts'
import type { Look, LookListener, LookOutcome } from './look.ts'

/** More than any number takes. */
const SIZE = 64
/** A weight that takes all away from any server is failure. */
const LIMIT = 65535
/** As keepalived: an int. */
const LARGEST = 2 ** 31 - 1
const NUMBER = /^\s*([+-]?)(0[xX][0-9a-fA-F]+|0[0-7]*|[1-9][0-9]*)/

/** Reads the file. */
export function lookIntoFile(check: FileCheck, done: LookListener): Look {
  let over = false
  read(check.path).then(
    text => {
      if (!over) done(judgeFile(text, check))
    },
    error => {
      if (!over) done(failed('local', `${check.path}: ${messageOf(error)}`))
    },
  )
  return {
    cancel() {
      over = true
    },
  }
}

async function read(path: string): Promise<string> {
  try {
    // A FIFO must not hold up a thread for ever.
    const file = await open(path, constants.O_RDONLY | constants.O_NONBLOCK)
    try {
      const { buffer, bytesRead } = await file.read(Buffer.alloc(SIZE), 0, SIZE, 0)
      return buffer.toString('latin1', 0, bytesRead)
    } finally {
      await file.close()
    }
  } catch (error) {
    if (['ENOENT', 'ENOTDIR'].includes(String((error as NodeJS.ErrnoException).code))) return ''
    throw error
  }
}

/** What the text of a file says of the server. */
export function judgeFile(text: string, { path, weight, reverse = false }: FileCheck): LookOutcome {
  const number = parseNumber(text)
  if (weight === 0) {
    return (number !== 0) === reverse ? { success: true } : failed('file', `${path} says ${number}`)
  }
  const sum = number * weight * (reverse ? -1 : 1)
  if (sum <= -LIMIT) return failed('file', `${path} says ${number}: weight ${sum}`)
  return { success: true, advice: { type: 'add', weight: Math.min(sum, LIMIT) || 0 } }
}

/** As strtol(3) with base 0; 0 when there is none that fits an int. */
function parseNumber(text: string): number {
  const [, sign, digits = '0'] = NUMBER.exec(text) ?? []
  const value = /^0[0-7]/.test(digits) ? Number.parseInt(digits, 8) : Number(digits)
  if (value > LARGEST) return 0
  return sign === '-' ? -value || 0 : value
}
