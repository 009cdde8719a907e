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

/** Real keepalived. */
export const startKeepalived: StartRouter = async (host, configuration) => {
  const file = writeConfiguration(host, configuration)
  const pidFile = (kind: string) => join(host.directory, `${kind}.pid`)
  // -G: without a syslog socket each line would go to the console, at 10 ms a line. -P: the VRRP child only.
  const flags = ['-n', '-G', '-l', '-D', '-P', '-f', file, '-p', pidFile('keepalived'), '-r', pidFile('vrrp')]
  const daemon = host.start('keepalived', 'keepalived', ...flags)
  await daemon.untilLog(/Entering (BACKUP|MASTER) STATE/)
  return {
    host,
    daemon,
    async crash() {
      const child = Number(readFileSync(pidFile('vrrp'), 'utf8'))
      // The parent would restart the child, and its own death would warn it: stop the parent first.
      daemon.signal('SIGSTOP')
      process.kill(child, 'SIGKILL')
      await untilGone(child)
      daemon.signal('SIGKILL')
      await daemon.untilEnd()
      // Until init has reaped the child, keepalived would take its process id for a running keepalived.
      for (const kind of ['keepalived', 'vrrp']) rmSync(pidFile(kind), { force: true })
    },
    stop: () => stopRouter(daemon),
  }
}

/** `vrrp-cli`, as compiled. */
export const MAIN = fileURLToPath(new URL('../../cli/main.js', import.meta.url))

/** `vrrp-cli run`, as compiled. */
export const startOurs: StartRouter = async (host, configuration) => {
  const file = writeConfiguration(host, configuration)
  const pidFile = join(host.directory, 'vrrp-cli.pid')
  const socket = join(host.directory, 'status.sock')
  const replayFile = join(host.directory, 'replay')
  const flags = ['-n', '-l', '-D', '-f', file, '-p', pidFile, '--status-socket', socket, '--replay-file', replayFile]
  const daemon = host.start('vrrp-cli', process.execPath, MAIN, 'run', ...flags)
  await daemon.untilLog(/Entering (BACKUP|MASTER) STATE/)
  return {
    host,
    daemon,
    async crash() {
      daemon.signal('SIGKILL')
      await daemon.untilEnd()
    },
    stop: () => stopRouter(daemon),
  }
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
