/**
 * A router as a daemon, from its start to its last packet: signals, pid file, dumps, the service manager, the last resort.
 */
import { messageOf } from '../lib/errors.ts'
import type { ConfiguredNode } from '../lib/router/configure-node.ts'
import { formatData } from '../lib/router/dump-data.ts'
import { writeDump } from '../lib/router/dump-file.ts'
import { formatJson } from '../lib/router/dump-json.ts'
import { formatStatistics } from '../lib/router/dump-statistics.ts'
import { engineSchedulingOf } from '../lib/router/engine-scheduling-of.ts'
import type { EngineThread } from '../lib/router/engine-thread.ts'
import { kernelSettingsOf } from '../lib/router/kernel-settings-of.ts'
import { notifySettingsOf } from '../lib/router/notify-settings-of.ts'
import { type ReloadOptions, reload } from '../lib/router/reload.ts'
import { ReplayOnDemand } from '../lib/router/replay-on-demand.ts'
import { Router, type RouterOptions } from '../lib/router/router.ts'
import { StatusService } from '../lib/router/status-service.ts'
import { startWatchdog } from '../lib/router/watchdog.ts'
import type { ListenAddress } from '../lib/status/listen-address.ts'
import { milliseconds } from '../lib/time/index.ts'
import type { DaemonLog } from './daemon-log.ts'
import { catchErrors } from './last-resort.ts'
import { EXIT } from './output.ts'
import { claimPidFile } from './pid-file.ts'
import { becomeDaemon } from './real-time.ts'
import { catchRealTimeWarning, DaemonSignals, untilTold } from './signals.ts'
import { version } from './version.ts'

/** A {@link Router} that can be run. */
export interface DaemonOptions {
  /** Read again at HUP. */
  readonly file: string
  readonly read: Omit<ReloadOptions, 'write'>
  readonly node: ConfiguredNode & { readonly specification: NonNullable<ConfiguredNode['specification']> }
  /** Where it runs. It may still be starting. */
  readonly engine: EngineThread
  /** Called when it has begun. */
  readonly onSettled?: () => void
  readonly log: DaemonLog
  readonly detail: boolean
  readonly dumpConfiguration: boolean
  readonly pidFile?: string
  /** Services stay in the kernel at the end. */
  readonly keepServices: boolean
  /** Where the replay memory of authenticated adverts is kept over a restart. Absent: nowhere. */
  readonly replayFile?: string
  /** Path of the status socket. Absent: none. */
  readonly statusSocket?: string
  /** Where metrics are served. Absent: nowhere. */
  readonly metrics?: ListenAddress
}

/** Until a script that is out of time is dead, ms: half of it passes between the two signals. */
const SCRIPT_GRACE = 2000
const NO_SETTINGS: ReadonlyMap<string, string> = new Map()
/** So long may the end take when the engine is broken. */
const GIVE_UP_LIMIT = 2000

/**
 * Runs until TERM or INT. Resolves to the exit code.
 * @throws Error when the pid file is held, or the ports cannot be opened; nothing was changed then
 */
export async function runDaemon(options: DaemonOptions): Promise<number> {
  const linux = await import('../lib/linux/index.ts')
  const { linuxPorts, onSignal, SIGNAL_JSON, serviceManager } = linux
  const { log, file, pidFile, replayFile } = options
  const { write } = log
  const { NOTIFY_SOCKET, WATCHDOG_USEC, WATCHDOG_PID } = process.env
  const manager = serviceManager({ NOTIFY_SOCKET, WATCHDOG_USEC, WATCHDOG_PID })
  // Scripts are no part of the service: they must not speak for it.
  for (const name of ['NOTIFY_SOCKET', 'WATCHDOG_USEC', 'WATCHDOG_PID']) delete process.env[name]
  const signals = new DaemonSignals(onSignal, SIGNAL_JSON)
  let stop = () => {}
  const told = untilTold(() => stop())
  const releasePidFile = pidFile === undefined ? () => {} : claimPidFile(pidFile)
  // A reader of the console that goes away is no reason to end.
  for (const stream of [process.stdout, process.stderr]) stream.removeAllListeners('error').on('error', () => {})
  let { node }: { node: ConfiguredNode } = options
  const runScript = async (kind: 'startup' | 'shutdown') => {
    const { global } = node.configuration
    const script = kind === 'startup' ? global.startupScript : global.shutdownScript
    if (script === undefined) return
    manager?.notify(`EXTEND_TIMEOUT_USEC=${(script.timeout + SCRIPT_GRACE) * 1000}`)
    const { runLifeScript } = await import('../lib/router/life-script.ts')
    await runLifeScript({ ...script, kind, global, write, ...(kind === 'startup' && { until: told }) })
  }
  const { clock, close, ...ports } = linuxPorts()
  const processEvents = new linux.LinuxProcessEvents(linux.mainReactor(), message =>
    write('info', `No process events (${message}): tracked processes are looked for once a second`),
  )
  const { engine } = options
  engine.onUnscheduled = refusals => write('warning', `the engine runs without ${refusals.join('; ')}`)
  engine.detail = options.detail
  const settings = new linux.KernelSettings()
  let firstName: string | undefined
  const rename = (name = firstName) => {
    if (name === undefined) return
    firstName ??= linux.threadName()
    const why = linux.nameThread(name)
    if (why !== undefined) write('warning', `the process is not called ${name}: ${why}`)
  }
  const schedule = () => {
    const scheduling = engineSchedulingOf(node.configuration)
    if (scheduling.realTimeLimit !== undefined) catchRealTimeWarning(write)
    engine.schedule(scheduling)
    rename(node.configuration.global.processName)
  }
  schedule()
  const setMachine = () => {
    for (const refused of settings.apply(kernelSettingsOf(node.configuration))) write('warning', `not set: ${refused}`)
  }
  const lvs = {
    openIpvs: async () => (await import('../lib/ipvs/ipvs-client.ts')).IpvsClient.open(),
    sockets: new linux.LinuxSocketOpener(),
    release: !options.keepServices,
  }
  const router = routerOf(options, { clock, ports, engine, tracking: { processEvents }, lvs })
  const replay =
    replayFile === undefined ? undefined : new ReplayOnDemand({ engine, clock, path: replayFile, log: write })
  catchErrors({
    write,
    isBroken: () => router.broken,
    giveUp: () =>
      void giveUp(router, log, releasePidFile, async () => {
        settings.apply(NO_SETTINGS)
        await runScript('shutdown')
      }),
  })
  let stopWatchdog = () => {}
  let status: StatusService | undefined
  try {
    // It took as long to start as all this to be made.
    await engine.ready
    engine.onError = throwAnew
    write('info', `Starting vrrp-cli, pid=${process.pid}, configuration file ${file}`)
    if (options.dumpConfiguration)
      logLines(log, formatData({ configuration: node.configuration, snapshot: router.snapshot() }))
    const startup = runScript('startup')
    const early = await Promise.race([told, startup])
    if (typeof early === 'string') {
      write('info', `Stopping on ${early}`)
      await startup
      await runScript('shutdown')
      return EXIT.ok
    }
    await replay?.prepare(options.node.specification)
    setMachine()
    router.start()
    let stopped: Promise<void> | undefined
    stop = () => {
      stopped = router.stop()
    }
    // What the engine tells comes with a later turn of the event loop.
    status = statusOf(options, router, clock)
    void status.start()
    signals.attach({
      reload: () => {
        manager?.notify('RELOADING=1', `MONOTONIC_USEC=${process.hrtime.bigint() / 1000n}`)
        log.reopen()
        node = reload(router, file, { ...options.read, write }) ?? node
        if (node.specification !== undefined) void replay?.prepare(node.specification)
        schedule()
        setMachine()
        status?.setConfiguration(file, node.diagnostics)
        manager?.notify('READY=1')
      },
      dumpData: () => dump(log, 'keepalived.data', () => formatData(sourceOf(router, node))),
      dumpStatistics: () => dump(log, 'keepalived.stats', () => formatStatistics(sourceOf(router, node))),
      dumpJson: () => dump(log, 'keepalived.json', () => formatJson(sourceOf(router, node))),
    })
    if (manager?.watchdog !== undefined) {
      stopWatchdog = startWatchdog(clock, milliseconds(manager.watchdog), () => {
        if (engine.alive) manager.notify('WATCHDOG=1')
      })
    }
    manager?.notify('READY=1', `MAINPID=${process.pid}`)
    becomeDaemon(options.onSettled)
    process.send?.('ready')
    if (process.connected) process.disconnect()
    const signal = await told
    // First of all the wire: the backup waits for the priority 0.
    stopped ??= router.stop()
    signals.detach()
    manager?.notify('STOPPING=1')
    write('info', `Stopping on ${signal}`)
    await stopped
    await replay?.stop()
    settings.apply(NO_SETTINGS)
    await runScript('shutdown')
    write('info', 'Stopped')
  } finally {
    settings.apply(NO_SETTINGS)
    stopWatchdog()
    status?.close()
    close()
    releasePidFile()
    await log.flush()
  }
  return EXIT.ok
}

/** What is thrown in the thread of the engine goes the way of what nobody catches here. */
function throwAnew(error: unknown): void {
  void Promise.reject(error)
}

function routerOf(
  { node, log, detail }: DaemonOptions,
  machine: Pick<RouterOptions, 'clock' | 'ports' | 'engine' | 'tracking' | 'lvs'>,
): Router {
  const { specification, configuration } = node
  const notify = notifySettingsOf(configuration)
  return new Router({ specification, configuration, ...machine, log: { write: log.write, detail }, notify })
}

function statusOf(options: DaemonOptions, router: Router, clock: RouterOptions['clock']): StatusService {
  const { file, node, log, statusSocket, metrics } = options
  return new StatusService({
    router,
    clock,
    log: log.write,
    program: { name: 'vrrp-cli', version: version() },
    file,
    diagnostics: node.diagnostics,
    ...(statusSocket !== undefined && { socket: statusSocket }),
    ...(metrics !== undefined && { metrics }),
  })
}

function sourceOf(router: Router, { configuration }: ConfiguredNode) {
  return { configuration, snapshot: router.snapshot() }
}

function dump({ write }: DaemonLog, name: string, format: () => string): void {
  try {
    write('info', `Wrote ${writeDump(name, format())}`)
  } catch (error) {
    write('error', `cannot write ${name}: ${messageOf(error)}`)
  }
}

function logLines({ write }: DaemonLog, text: string): void {
  for (const line of text.trimEnd().split('\n')) write('info', line)
}

/** Resigns and drops the addresses as far as that still works, and ends. */
async function giveUp(
  router: Router,
  log: DaemonLog,
  releasePidFile: () => void,
  runLast: () => Promise<void>,
): Promise<void> {
  const limit = setTimeout(() => process.exit(EXIT.failed), GIVE_UP_LIMIT)
  try {
    await router.stop()
  } catch (error) {
    log.write('error', `cannot stop cleanly: ${messageOf(error)}`)
  }
  clearTimeout(limit)
  await runLast()
  releasePidFile()
  await log.flush()
  process.exit(EXIT.failed)
}
