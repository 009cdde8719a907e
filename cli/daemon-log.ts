/**
 * Where the daemon's log lines go: stderr, a file, the system log; as keepalived's text or as JSON.
 */
import { closeSync, constants, existsSync, openSync } from 'node:fs'
import type { LogLevel, LogWrite } from '../lib/router/keepalived-log.ts'
import { formatLogRecord } from '../lib/router/log-record.ts'
import { LineWriter } from './line-writer.ts'

/** Options of {@link openDaemonLog}, as on the command line. */
export interface DaemonLogOptions {
  readonly logConsole?: true
  readonly logFile?: string | true
  readonly noSyslog?: true
  /** 0-7: LOG_LOCAL0-7. Default: LOG_DAEMON. */
  readonly logFacility?: number
  readonly logFormat?: 'text' | 'json'
}

/** An open log. */
export interface DaemonLog {
  readonly write: LogWrite
  /** Opens the file anew, for whoever has moved it away. */
  reopen(): void
  /** Resolves when the lines are out, or after half a second. */
  flush(): Promise<void>
}

/** Where `-g` without a name writes. */
export const DEFAULT_LOG_FILE = '/var/log/vrrp-cli.log'
const STDERR = 2
const FLUSH_LIMIT = 500
const FACILITY_LOCAL0 = 16

type OpenSyslog = (identity: string, facility?: number) => (level: LogLevel, line: string) => void

/**
 * Opens it. Without a system log (a container has none) lines go to stderr: what is logged must not vanish there.
 * @throws Error when the log file cannot be opened
 */
export function openDaemonLog(options: DaemonLogOptions, openSyslog: OpenSyslog): DaemonLog {
  const { logConsole, logFile, noSyslog, logFacility, logFormat = 'text' } = options
  const sinks: ((level: Parameters<LogWrite>[0], text: string, at: Date) => void)[] = []
  const writers: LineWriter[] = []
  const asText = (line: string, at: Date) => (logFormat === 'json' ? line : `${consoleTime(at)}: ${line}`)
  let reopen = () => {}
  const syslog = !noSyslog && !logConsole && existsSync('/dev/log')
  if (syslog) {
    const send = openSyslog('vrrp-cli', logFacility === undefined ? undefined : FACILITY_LOCAL0 + logFacility)
    sinks.push((level, line) => send(level, line))
  }
  if (logConsole || (!syslog && !noSyslog && logFile === undefined)) {
    const console = new LineWriter(STDERR)
    writers.push(console)
    sinks.push((_level, line, at) => console.write(asText(line, at)))
  }
  if (logFile !== undefined) {
    const path = logFile === true ? DEFAULT_LOG_FILE : logFile
    const others = [...sinks]
    const complain = (message: string) => {
      for (const sink of others) sink('error', `${path}: ${message}`, new Date())
    }
    let fd = openAppending(path)
    let file = new LineWriter(fd, complain)
    sinks.push((_level, line, at) => file.write(asText(line, at)))
    reopen = () => {
      const [old, oldFd] = [file, fd]
      try {
        fd = openAppending(path)
        file = new LineWriter(fd, complain)
      } catch (error) {
        return complain(`cannot be opened again: ${String(error)}`)
      }
      void old.flush(FLUSH_LIMIT).then(() => closeSync(oldFd))
    }
    writers.push({ flush: limit => file.flush(limit) } as LineWriter)
  }
  return {
    write: (level, line, event) => {
      // Ten thousand servers have as many lines at the end, and each would ask for the time.
      if (sinks.length === 0) return
      const at = new Date()
      const text = logFormat === 'json' ? formatLogRecord(at, level, line, event) : line
      for (const sink of sinks) sink(level, text, at)
    },
    reopen: () => reopen(),
    flush: async () => {
      await Promise.all(writers.map(writer => writer.flush(FLUSH_LIMIT)))
    },
  }
}

function openAppending(path: string): number {
  const { O_WRONLY, O_APPEND, O_CREAT, O_NOFOLLOW } = constants
  return openSync(path, O_WRONLY | O_APPEND | O_CREAT | O_NOFOLLOW, 0o640)
}

/** keepalived's form on a console: `Mon Nov 23 18:00:00 2026`. */
function consoleTime(date: Date): string {
  const second = Math.floor(date.getTime() / 1000)
  if (second !== told.second) told = { second, text: formatTime(date) }
  return told.text
}

/** The last one: many lines come at once. */
let told = { second: Number.NaN, text: '' }

function formatTime(date: Date): string {
  const [weekday, month, day] = date.toDateString().split(' ')
  return `${weekday} ${month} ${day?.replace(/^0/, ' ')} ${date.toTimeString().slice(0, 8)} ${date.getFullYear()}`
}
