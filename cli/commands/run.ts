/**
 * `vrrp-cli run`: a router from a keepalived.conf, in the foreground or the background, with keepalived's own flags.
 */
import { Command, InvalidArgumentError, Option } from 'commander'
import { messageOf } from '../../lib/errors.ts'
import { type ConfigureOptions, configureNode } from '../../lib/router/configure-node.ts'
import type { EngineThread } from '../../lib/router/engine-thread.ts'
import { type ListenAddress, parseListenAddress } from '../../lib/status/listen-address.ts'
import { DEFAULT_STATUS_SOCKET } from '../../lib/status/protocol.ts'
import { runDaemon } from '../daemon.ts'
import { type DaemonLogOptions, DEFAULT_LOG_FILE, openDaemonLog } from '../daemon-log.ts'
import { detach } from '../detach.ts'
import { refusedFlagsHelp, refuseKeepalivedFlags } from '../keepalived-flags.ts'
import { EXIT, type Output } from '../output.ts'
import { DEFAULT_PID_FILE, holderOf } from '../pid-file.ts'
import { printDiagnostics } from '../print-diagnostics.ts'
import type { ProgramHost } from '../program-host.ts'

interface RunOptions extends Omit<DaemonLogOptions, 'noSyslog'> {
  readonly useFile: string
  readonly dontFork?: true
  readonly logDetail?: true
  /** Commander's form of --no-syslog. */
  readonly syslog: boolean
  readonly dumpConf?: true
  readonly configTest?: true
  readonly vrrp?: true
  readonly check?: true
  readonly dontReleaseIpvs?: true
  readonly pid?: string
  readonly configId?: string
  readonly replayFile: string | false
  readonly statusSocket: string | false
  readonly metrics?: ListenAddress
}

/** Beside the pid file and the status socket. */
const DEFAULT_REPLAY_FILE = '/run/vrrp-cli.replay'

/** Exit codes of `keepalived -t`, which `run -t` keeps. */
const TEST_EXIT = { unreadable: 4, errors: 5 } as const

/** The command. */
export function runCommand(output: Output, host: ProgramHost): Command {
  const command = new Command('run')
    .description('run the virtual routers and virtual servers of a keepalived.conf until TERM or INT')
    .option('-f, --use-file <file>', 'configuration file', '/etc/keepalived/keepalived.conf')
    .option('-n, --dont-fork', 'stay in the foreground')
    .option('-l, --log-console', 'log to stderr instead of syslog')
    .option('-g, --log-file [file]', `log to a file too, opened anew at HUP (without a name: ${DEFAULT_LOG_FILE})`)
    .option('-G, --no-syslog', 'do not log to syslog')
    .option('-S, --log-facility <number>', 'syslog facility LOG_LOCAL0-7 instead of LOG_DAEMON', facility)
    .addOption(
      new Option('--log-format <format>', 'lines as text, or as one JSON object each').choices(['text', 'json']),
    )
    .option('-D, --log-detail', 'log addresses, gratuitous ARPs and timeouts too')
    .option('-d, --dump-conf', 'log the configuration at the start')
    .option(
      '-t, --config-test',
      "only test the configuration: exit 0 good, 4 unreadable, 5 errors (as keepalived's -t)",
    )
    .option('-p, --pid <file>', `write the process id there (in the background: ${DEFAULT_PID_FILE})`)
    .option('-i, --config-id <id>', 'take the lines of the configuration that are marked @ID')
    .option(
      '--replay-file <file>',
      'remember authenticated adverts there over a restart (root only)',
      DEFAULT_REPLAY_FILE,
    )
    .option('--no-replay-file', 'do not; after a restart some replays cannot be told')
    .option('--status-socket <path>', 'where vrrp-cli status asks (root only)', DEFAULT_STATUS_SOCKET)
    .option('--no-status-socket', 'do not listen there')
    .option('--metrics <addr:port>', 'serve /metrics (Prometheus) and /healthz there; :PORT is loopback', listenAddress)
    .addOption(new Option('-P, --vrrp', 'run the virtual routers only: no virtual server').conflicts('check'))
    .addOption(new Option('-C, --check', 'run the virtual servers only: no virtual router').conflicts('vrrp'))
    .option('-I, --dont-release-ipvs', 'leave the virtual servers in the kernel at the end')
    .option('-R, --dont-respawn', 'accepted: there is one process')
    .addHelpText(
      'after',
      `
Signals: TERM, INT stop; HUP reloads (a file with errors changes nothing); USR1, USR2 and SIGRTMIN+2 (36) write
keepalived.data, keepalived.stats and keepalived.json into $TMPDIR or /tmp.

Of keepalived's flags these are refused:
${refusedFlagsHelp()}

Needs CAP_NET_RAW and CAP_NET_ADMIN; without them it exits with 4 and has changed nothing.`,
    )
    .action(async (options: RunOptions) => {
      process.exitCode = await run(options, output, host)
    })
  return refuseKeepalivedFlags(command)
}

/** Resolves to the exit code. */
async function run(options: RunOptions, output: Output, host: ProgramHost): Promise<number> {
  // The thread of the engine takes as long to load as everything else does: both at once.
  const engine = options.dontFork && !options.configTest ? host.startEngine() : undefined
  try {
    return await configureAndRun(options, output, engine, host)
  } finally {
    await engine?.stop()
  }
}

async function configureAndRun(
  options: RunOptions,
  output: Output,
  engine: EngineThread | undefined,
  { onSettled }: ProgramHost,
): Promise<number> {
  const { useFile: file, configId, pid = options.dontFork ? undefined : DEFAULT_PID_FILE } = options
  const read: ConfigureOptions = { trackers: true, ...onlyPart(options), ...(configId !== undefined && { configId }) }
  const node = configureNode(file, read)
  printDiagnostics(node.diagnostics, { err: output.err })
  const errors = node.diagnostics.filter(({ severity }) => severity === 'error').length
  if (options.configTest) return !node.readable ? TEST_EXIT.unreadable : errors > 0 ? TEST_EXIT.errors : EXIT.ok
  const { specification } = node
  if (specification === undefined) {
    const part = options.vrrp ? ' of VRRP' : options.check ? ' of LVS' : ''
    const why = errors > 0 ? 'not started, because of the errors above' : `there is nothing${part} to run`
    return refuse(output, `${file}: ${why}`)
  }
  const { missingCapabilities, openSyslog } = await import('../../lib/linux/index.ts')
  const missing = missingCapabilities()
  if (missing !== undefined) return refuse(output, missing, EXIT.permission)
  const holder = pid === undefined ? undefined : holderOf(pid)
  if (holder !== undefined) return refuse(output, `${pid}: vrrp-cli runs already, as process ${holder}`)
  if (engine === undefined)
    return detach(['-n', ...(options.pid === undefined ? ['-p', DEFAULT_PID_FILE] : [])], output)
  try {
    return await runDaemon({
      file,
      read,
      node: { ...node, specification },
      engine,
      log: openDaemonLog({ ...options, ...(!options.syslog && { noSyslog: true }) }, openSyslog),
      detail: options.logDetail === true,
      dumpConfiguration: options.dumpConf === true,
      keepServices: options.dontReleaseIpvs === true,
      ...(onSettled !== undefined && { onSettled }),
      ...(pid !== undefined && { pidFile: pid }),
      ...(options.replayFile !== false && { replayFile: options.replayFile }),
      ...(options.statusSocket !== false && { statusSocket: options.statusSocket }),
      ...(options.metrics !== undefined && { metrics: options.metrics }),
    })
  } catch (error) {
    return refuse(output, messageOf(error))
  }
}

/** keepalived's `-P` and `-C`. */
function onlyPart({ vrrp, check }: RunOptions): Pick<ConfigureOptions, 'only'> {
  if (vrrp) return { only: 'vrrp' }
  return check ? { only: 'lvs' } : {}
}

function refuse(output: Output, why: string, code: number = EXIT.failed): number {
  output.err(`vrrp-cli: ${why}`)
  return code
}

function listenAddress(text: string): ListenAddress {
  try {
    return parseListenAddress(text)
  } catch (error) {
    throw new InvalidArgumentError(messageOf(error))
  }
}

function facility(text: string): number {
  if (!/^[0-7]$/.test(text)) throw new InvalidArgumentError('a number from 0 to 7 is needed.')
  return Number(text)
}
