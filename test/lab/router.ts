/**
 * A VRRP daemon under test, ours or a real peer, as the lab's tests drive it.
 */
import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import type { Daemon } from './daemon.ts'
import type { Host } from './host.ts'

/** A running daemon. */
export interface LabRouter {
  readonly host: Host
  readonly daemon: Daemon
  /** Dies at once: no farewell on the wire, nothing cleaned up. */
  crash(): Promise<void>
  /** SIGTERM, and waits for the end. */
  stop(): Promise<void>
}

/** Starts a daemon on a host with the text of a keepalived.conf. */
export type StartRouter = (host: Host, configuration: string) => Promise<LabRouter>

/** What a starter does otherwise than for a VRRP router with its log on the console. */
export interface StartOptions {
  /** More flags. */
  readonly flags?: readonly string[]
  /** The lines that say, one after the other, that it runs. */
  readonly started?: readonly RegExp[]
  /** How long each of them may take, ms. */
  readonly within?: number
}

const STARTED = [/Entering (BACKUP|MASTER) STATE/]

/**
 * Real keepalived.
 * @param children - the ones that it starts: a crash is theirs
 */
export async function runKeepalived(
  host: Host,
  configuration: string,
  children: readonly ('vrrp' | 'checkers')[],
  { flags = [], started = STARTED, within = 10_000 }: StartOptions = {},
): Promise<LabRouter> {
  const file = writeConfiguration(host, configuration)
  const pidFile = (kind: string) => join(host.directory, `${kind}.pid`)
  const pidFlags = ['-p', pidFile('keepalived'), '-r', pidFile('vrrp'), '-c', pidFile('checkers')]
  // -G: without a syslog socket each line would go to the console, at 10 ms a line.
  const daemon = host.start('keepalived', 'keepalived', '-n', '-G', '-l', '-D', ...flags, '-f', file, ...pidFlags)
  for (const line of started) await daemon.untilLog(line, { within })
  return {
    host,
    daemon,
    async crash() {
      const pids = children.map(kind => Number(readFileSync(pidFile(kind), 'utf8')))
      // The parent would restart its children, and its own death would warn them: stop the parent first.
      daemon.signal('SIGSTOP')
      for (const pid of pids) process.kill(pid, 'SIGKILL')
      for (const pid of pids) await untilGone(pid)
      await killRouter(daemon)
      // Until init has reaped the children, keepalived would take their process ids for a running keepalived.
      for (const kind of ['keepalived', ...children]) rmSync(pidFile(kind), { force: true })
    },
    stop: () => stopRouter(daemon),
  }
}

/** Real keepalived, the VRRP child only. */
export const startKeepalived: StartRouter = (host, configuration) =>
  runKeepalived(host, configuration, ['vrrp'], { flags: ['-P'] })

/** `vrrp-cli`, as compiled. */
export const MAIN = fileURLToPath(new URL('../../bin/vrrp-cli.cjs', import.meta.url))

/** `vrrp-cli run`, as compiled. */
export async function runOurs(
  host: Host,
  configuration: string,
  { flags = [], started = STARTED, within = 10_000 }: StartOptions = {},
): Promise<LabRouter> {
  const file = writeConfiguration(host, configuration)
  const place = (name: string) => join(host.directory, name)
  const files = ['-p', place('vrrp-cli.pid'), '--status-socket', place('status.sock'), '--replay-file', place('replay')]
  const daemon = host.start('vrrp-cli', process.execPath, MAIN, 'run', '-n', '-l', '-D', ...flags, '-f', file, ...files)
  for (const line of started) await daemon.untilLog(line, { within })
  return { host, daemon, crash: () => killRouter(daemon), stop: () => stopRouter(daemon) }
}

/** {@link runOurs} without anything special. */
export const startOurs: StartRouter = (host, configuration) => runOurs(host, configuration)

/** SIGKILL, and waits for the end. */
export async function killRouter(daemon: Daemon): Promise<void> {
  daemon.signal('SIGKILL')
  await daemon.untilEnd()
}

/** SIGTERM, and waits for the end. */
export async function stopRouter(daemon: Daemon): Promise<void> {
  daemon.signal('SIGTERM')
  await daemon.untilEnd()
}

/** Puts a keepalived.conf into the directory of a host, and returns where it is. */
export function writeConfiguration(host: Host, configuration: string): string {
  const file = join(host.directory, 'keepalived.conf')
  writeFileSync(file, configuration, { mode: 0o644 })
  return file
}

/** Resolves when a process has died, reaped or not. */
export async function untilGone(pid: number): Promise<void> {
  const deadline = performance.now() + 5000
  for (;;) {
    try {
      const state = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]
      // Its parent is stopped and cannot reap it: a zombie is dead enough.
      if (state?.startsWith('Z')) return
    } catch {
      return
    }
    if (performance.now() > deadline) throw new Error(`process ${pid} does not end`)
    await delay(1)
  }
}
