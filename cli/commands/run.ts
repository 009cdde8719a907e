/**
 * `vrrp-cli run`: a router from a keepalived.conf, in the foreground or the background, with keepalived's own flags.
 */
import { spawn } from 'node:child_process'
import { existsSync, rmSync, writeFileSync } from 'node:fs'
import { Command, InvalidArgumentError } from 'commander'
import { configureNode, type LogLevel, notifySettingsOf, Router, StatusService } from '../../lib/router/index.ts'
import { type ListenAddress, parseListenAddress } from '../../lib/status/listen-address.ts'
import { DEFAULT_STATUS_SOCKET } from '../../lib/status/protocol.ts'
import { EXIT, type Output } from '../output.ts'
import { printDiagnostics } from '../print-diagnostics.ts'
import { keepDeadlines } from '../real-time.ts'
import { untilTold } from '../signals.ts'
import { version } from '../version.ts'

interface RunOptions {
  readonly useFile: string
  readonly dontFork?: true
  readonly logConsole?: true
  readonly logDetail?: true
  readonly configTest?: true
  readonly pid?: string
  readonly configId?: string
  readonly statusSocket: string | false
  readonly metrics?: ListenAddress
}

/** Exit codes of `keepalived -t`, which `run -t` keeps. */
const TEST_EXIT = { unreadable: 4, errors: 5 } as const

/** The command. */
export function runCommand(output: Output): Command {
  return new Command('run')
    .description('run the virtual routers of a keepalived.conf until TERM or INT')
    .option('-f, --use-file <file>', 'configuration file', '/etc/keepalived/keepalived.conf')
    .option('-n, --dont-fork', 'stay in the foreground')
    .option('-l, --log-console', 'log to stderr instead of syslog')
    .option('-D, --log-detail', 'log addresses, gratuitous ARPs and timeouts too')
    .option(
      '-t, --config-test',
      "only test the configuration: exit 0 good, 4 unreadable, 5 errors (as keepalived's -t)",
    )
    .option('-p, --pid <file>', 'write the process id there')
    .option('-i, --config-id <id>', 'take the lines of the configuration that are marked @ID')
    .option('--status-socket <path>', 'where vrrp-cli status asks (root only)', DEFAULT_STATUS_SOCKET)
    .option('--no-status-socket', 'do not listen there')
    .option('--metrics <addr:port>', 'serve /metrics (Prometheus) and /healthz there; :PORT is loopback', listenAddress)
    .addHelpText(
      'after',
      '\nNeeds CAP_NET_RAW and CAP_NET_ADMIN; without them it exits with 4 and has changed nothing.',
    )
    .action((options: RunOptions) => run(options, output))
}

async function run(options: RunOptions, output: Output): Promise<void> {
  keepDeadlines()
  const { useFile: file, configId } = options
  const node = configureNode(file, { trackers: true, ...(configId !== undefined && { configId }) })
  printDiagnostics(node.diagnostics, { err: output.err })
  const errors = node.diagnostics.filter(({ severity }) => severity === 'error').length
  if (options.configTest) {
    process.exitCode = !node.readable ? TEST_EXIT.unreadable : errors > 0 ? TEST_EXIT.errors : EXIT.ok
    return
  }
  if (node.specification === undefined) {
    output.err(`vrrp-cli: ${file}: not started, because of the errors above`)
    process.exitCode = EXIT.failed
    return
  }
  const { LinuxProcessEvents, linuxPorts, mainReactor, missingCapabilities, openSyslog } = await import(
    '../../lib/linux/index.ts'
  )
  const missing = missingCapabilities()
  if (missing !== undefined) {
    output.err(`vrrp-cli: ${missing}`)
    process.exitCode = EXIT.permission
    return
  }
  if (!options.dontFork) return detach(output)
  // A container has no syslog daemon; what is logged must not vanish there.
  const log = options.logConsole || !existsSync('/dev/log') ? consoleLog(output) : openSyslog('vrrp-cli')
  const { clock, close, ...ports } = linuxPorts()
  const processEvents = new LinuxProcessEvents(mainReactor(), message =>
    log('info', `No process events (${message}): tracked processes are looked for once a second`),
  )
  const router = new Router({
    specification: node.specification,
    configuration: node.configuration,
    clock,
    ports,
    log: { write: log, detail: options.logDetail === true },
    notify: notifySettingsOf(node.configuration),
    tracking: { processEvents },
  })
  const status = new StatusService({
    router,
    clock,
    log,
    program: { name: 'vrrp-cli', version: version() },
    file,
    diagnostics: node.diagnostics,
    ...(options.statusSocket !== false && { socket: options.statusSocket }),
    ...(options.metrics !== undefined && { metrics: options.metrics }),
  })
  if (options.pid !== undefined) writeFileSync(options.pid, `${process.pid}\n`, { mode: 0o644 })
  const told = untilTold()
  try {
    log('info', `Starting vrrp-cli, pid=${process.pid}, configuration file ${file}`)
    router.start()
    void status.start()
    log('info', `Stopping on ${await told}`)
    await router.stop()
    log('info', 'Stopped')
  } finally {
    status.close()
    close()
    if (options.pid !== undefined) rmSync(options.pid, { force: true })
  }
}

function listenAddress(text: string): ListenAddress {
  try {
    return parseListenAddress(text)
  } catch (error) {
    throw new InvalidArgumentError(error instanceof Error ? error.message : String(error))
  }
}

/** Starts the same command in the foreground of a session of its own, and ends. */
function detach(output: Output): void {
  const [node = process.execPath, ...args] = [process.execPath, ...process.execArgv, ...process.argv.slice(1), '-n']
  const child = spawn(node, args, { detached: true, stdio: 'ignore' })
  child.on('error', error => {
    output.err(`vrrp-cli: cannot start in the background: ${error.message}`)
    process.exitCode = EXIT.failed
  })
  child.unref()
}

/** keepalived's form on a console: `Mon Nov 23 18:00:00 2026: (VG_1) Entering MASTER STATE`. */
function consoleLog(output: Output): (level: LogLevel, line: string) => void {
  return (_level, line) => output.err(`${consoleTime(new Date())}: ${line}`)
}

function consoleTime(date: Date): string {
  const [weekday, month, day] = date.toDateString().split(' ')
  return `${weekday} ${month} ${day?.replace(/^0/, ' ')} ${date.toTimeString().slice(0, 8)} ${date.getFullYear()}`
}
