/**
 * Loads a script of this package together with what V8 compiled of it before: a start takes 40 ms less.
 *
 * V8 trusts such a file as it trusts a program, so it is taken only when nobody but this user and root can write it, and when
 * its checksum fits the script. It lies beside the script, or in `$CACHE_DIRECTORY` (systemd's `CacheDirectory=`). Where it
 * cannot be written the start is slower, and nothing else.
 */
import { closeSync, constants, fstatSync, openSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { basename, dirname, join } from 'node:path'
import { Script, constants as vm } from 'node:vm'
import { crc32 } from 'node:zlib'
import { replaceFile } from '../lib/router/replace-file.ts'

/** A script that was loaded. */
export interface LoadedScript {
  readonly exports: unknown
  /** Keeps what is compiled by now for the next start, unless what there was is good. Never throws. */
  save(): void
}

const CHECKSUM_LENGTH = 8
const WRITABLE_BY_OTHERS = 0o022
const PARAMETERS = 'exports, require, module, __filename'

/** How a script is loaded. */
export interface LoadOptions {
  /** What it is loaded for, a word for a file name: each purpose runs other parts of a script. */
  readonly purpose: string
  /** Where the compiled code is kept. Default: `$CACHE_DIRECTORY`, or beside the script. */
  readonly directory?: string
}

/**
 * Loads a CommonJS script of ASCII text.
 * @param file - its path
 * @throws Error when the script cannot be read, and whatever it throws itself
 */
export function loadScript(file: string, { purpose, directory = defaultDirectory(file) }: LoadOptions): LoadedScript {
  const source = readFileSync(file)
  const cache = join(directory, `${basename(file)}.${purpose}.cache`)
  const cachedData = readCache(cache, source)
  const script = new Script(`(function (${PARAMETERS}) {${source.toString('latin1')}\n})`, {
    filename: file,
    importModuleDynamically: vm.USE_MAIN_CONTEXT_DEFAULT_LOADER,
    ...(cachedData !== undefined && { cachedData }),
  })
  let fresh = cachedData !== undefined && script.cachedDataRejected === false
  const module = { exports: {} as unknown }
  script.runInThisContext()(module.exports, createRequire(file), module, file)
  return {
    exports: module.exports,
    save() {
      if (fresh) return
      fresh = true
      writeCache(cache, source, script.createCachedData())
    },
  }
}

function defaultDirectory(file: string): string {
  return process.env.CACHE_DIRECTORY ?? dirname(file)
}

/** The compiled code, if it can be trusted. */
function readCache(path: string, source: Uint8Array): Buffer | undefined {
  try {
    const fd = openSync(path, constants.O_RDONLY | constants.O_NOFOLLOW)
    try {
      const { uid, mode } = fstatSync(fd)
      if ((uid !== 0 && uid !== process.geteuid?.()) || (mode & WRITABLE_BY_OTHERS) !== 0) return undefined
      const bytes = readFileSync(fd)
      const code = bytes.subarray(CHECKSUM_LENGTH)
      return checksum(source, code).equals(bytes.subarray(0, CHECKSUM_LENGTH)) ? code : undefined
    } finally {
      closeSync(fd)
    }
  } catch {
    return undefined
  }
}

function writeCache(path: string, source: Uint8Array, code: Uint8Array): void {
  try {
    replaceFile(path, Buffer.concat([checksum(source, code), code]), { mode: 0o644, durable: true })
  } catch {
    // The next start compiles again.
  }
}

/** Against accidents: who can write the file could write the program. */
function checksum(source: Uint8Array, code: Uint8Array): Buffer {
  const bytes = Buffer.alloc(CHECKSUM_LENGTH)
  bytes.writeUInt32LE(crc32(source))
  bytes.writeUInt32LE(crc32(code), 4)
  return bytes
}
