/**
 * Servers for ten thousand checks: one nginx on many addresses of the loopback network, and the checks of them.
 */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { CheckSpecification } from '../../lib/health/index.ts'
import { type Milliseconds, milliseconds } from '../../lib/time/index.ts'

/** Addresses that nginx listens on: the tuples of one would run out. */
const ADDRESSES = 100

/** Where it listens: its own for each process that measures. */
export const LOCAL_PORT = 18_900 + (process.pid % 1000)

/** The address of server `index`. */
export function localAddress(index: number): string {
  return `127.77.0.${(index % ADDRESSES) + 1}`
}

/** Writes the configuration of nginx into a directory. @returns the arguments that start it, in the foreground */
export function localServersArguments(directory: string): readonly string[] {
  const file = join(directory, 'nginx.conf')
  const listens = Array.from({ length: ADDRESSES }, (_, i) => `listen ${localAddress(i)}:${LOCAL_PORT} backlog=4096;`)
  const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map(kind => `${kind}_temp_path ${directory};`)
  writeFileSync(
    file,
    `daemon off; worker_processes 1; pid ${directory}/pid; error_log stderr;
events { worker_connections 4096; }
http { access_log off; ${temporary.join(' ')}
server { ${listens.join(' ')} return 200 "one page of a real server\\n"; } }
`,
  )
  return ['-p', directory, '-c', file]
}

/** What varies between checks. */
export interface LocalCheckOptions {
  /** `tcp`, `http`, or `mixed`: half of each. */
  readonly type: string
  readonly delayLoop: Milliseconds
  /** Default {@link LOCAL_PORT}. */
  readonly port?: number
}

/** The check of server `index`. */
export function localCheck(
  index: number,
  { type, delayLoop, port = LOCAL_PORT }: LocalCheckOptions,
): CheckSpecification {
  const target = { address: localAddress(index), port, timeout: milliseconds(5000) }
  const base = {
    id: `server ${index}`,
    retry: 1,
    delayBeforeRetry: milliseconds(1000),
    warmup: delayLoop,
    alpha: false,
    delayLoop,
    target,
  }
  const tcp = type === 'tcp' || (type === 'mixed' && index % 2 === 0)
  return tcp ? { ...base, type: 'tcp' } : { ...base, type: 'http', pages: [{ path: '/' }] }
}
