/**
 * A kernel that has IPVS, whatever the machine's own kernel has: Debian's user-mode Linux, started as a plain process.
 * It sees the machine's files, read-only, and runs this package's compiled code on the machine's own node.
 *
 * What runs inside is a file of ordinary tap tests, `test/lab/guest/NAME.ts`: one boot runs many of them, each in a
 * process of its own, several at once, and {@link runInUml} gives their results to the test that booted it. Inside:
 *
 * - `os.tmpdir()` and /run can be written; so the lab ({@link Lab}, Host, Nginx, startKeepalived…) works as outside.
 * - Other files run at the same time: work in network namespaces of your own (each has its own, empty IPVS table), and
 *   measure nothing. There is one CPU; to start a program takes 15-50 ms, and node half a second.
 * - ip_vs, veth and bridge are loaded; schedulers, tunnels, tc actions come when they are used.
 * - nftables and iptables can do nothing there: mark packets with `tc … action skbedit mark N`.
 */
import { execFileSync, spawn } from 'node:child_process'
import { createReadStream, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Test } from 'tap'
import { type LabProgram, labUnavailable } from './available.ts'

/** How {@link runInUml} boots. */
export interface UmlOptions {
  /** Test files at once. Default 3: most of the time they wait. */
  readonly jobs?: number
  /** For one test file, in seconds. Default 200: a machine may be busy. */
  readonly fileLimit?: number
  /** For the whole boot, in seconds. Default 250. */
  readonly limit?: number
  /** Megabytes. Default 768. */
  readonly memory?: number
  /** The processor of the host that it stays on, for measurements. Default: the host chooses. */
  readonly cpu?: number
  /** Variables for the programs inside. Without blanks: they are words of the kernel's command line. */
  readonly environment?: Readonly<Record<string, string>>
}

const NEEDS_COMPILER = / amx_tile\b/.test(readFileSync('/proc/cpuinfo', 'utf8'))

const ROOT = fileURLToPath(new URL('../../../', import.meta.url))

/** Why there is no user-mode Linux here, as {@link labUnavailable}. */
export function umlUnavailable(...programs: LabProgram[]): string | false {
  return labUnavailable('linux.uml', 'modprobe', 'ipvsadm', ...(NEEDS_COMPILER ? (['cc'] as const) : []), ...programs)
}

/**
 * Boots, runs the test files inside, and adds one subtest for each of them to `t`.
 * @param files - of `test/lab/guest`, by name: `['topology']`
 */
export async function runInUml(t: Test, files: readonly string[], options: UmlOptions = {}): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), `vrrplab-uml-${process.pid}-`))
  try {
    const paths = files.map(name => fileURLToPath(new URL(`guest/${name}.js`, import.meta.url)))
    for (const path of paths) if (!existsSync(path)) throw new Error(`there is no ${path} to run in user-mode Linux`)
    writeFileSync(join(folder, 'files'), `${paths.join('\n')}\n`)
    const console = await boot(folder, options)
    if (!existsSync(join(folder, 'done'))) t.fail('user-mode Linux did not come to its end', { console })
    for (const path of paths) await addResult(t, join(folder, basename(path, '.js')))
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

/**
 * Boots, runs one program inside, alone, and returns what it printed.
 * @param path - of compiled code
 * @throws Error with its stderr and the console, when it fails or does not end
 */
export async function runProgramInUml(path: string, options: UmlOptions = {}): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), `vrrplab-uml-${process.pid}-`))
  try {
    writeFileSync(join(folder, 'files'), `${path}\n`)
    const console = await boot(folder, options)
    const results = join(folder, basename(path, '.js'))
    const read = (ending: string) => (existsSync(results + ending) ? readFileSync(results + ending, 'utf8') : '')
    const output = read('.tap')
    const status = read('.status').trim()
    if (status === '0') return output
    const how = status === '' ? 'did not end' : `exit status ${status}`
    throw new Error([`${basename(path)} in user-mode Linux: ${how}`, output, read('.stderr'), console].join('\n'))
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

/** Replays what a test file printed. @param path - of its results, without the ending */
async function addResult(t: Test, path: string): Promise<void> {
  const name = basename(path)
  const read = (ending: string) => (existsSync(path + ending) ? readFileSync(path + ending, 'utf8') : '')
  const status = read('.status').trim()
  if (status === '') {
    t.fail(`${name} did not end`, { output: read('.tap'), errors: read('.stderr') })
    return
  }
  await t.stdin(name, { tapStream: createReadStream(`${path}.tap`) })
  if (status === '0') return
  const how = status === '137' ? 'had to be killed' : `exit status ${status}`
  t.fail(`${name}: ${how}`, { errors: read('.stderr') })
}

/** Runs the machine until it halts, or kills it. @returns what the kernel and init said */
async function boot(
  folder: string,
  { jobs = 3, fileLimit = 200, limit = 250, memory = 768, cpu, environment = {} }: UmlOptions,
) {
  const init = join(ROOT, 'test/lab/uml-init.sh')
  const words = {
    mem: `${memory}M`,
    rootfstype: 'hostfs',
    rootflags: '/',
    init,
    con: 'null',
    con0: 'fd:0,fd:1',
    loglevel: 3,
    // Beside the rest of the folder; the default is in the home directory, and stays there.
    uml_dir: `${folder}/`,
    PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin',
    VRRP_LAB: 'required',
    UML_FOLDER: folder,
    UML_ROOT: ROOT,
    UML_NODE: process.execPath,
    UML_JOBS: jobs,
    UML_LIMIT: fileLimit,
    ...environment,
  }
  const args = ['ro', 'quiet', ...Object.entries(words).map(([name, value]) => `${name}=${value}`)]
  // A process group of its own: each process inside is a process outside, and all must go together.
  const env = { ...process.env, ...preload(folder) }
  const command = ['linux.uml', ...args]
  const [program = '', ...rest] = cpu === undefined ? command : ['taskset', '-c', `${cpu}`, ...command]
  const machine = spawn(program, rest, { detached: true, stdio: ['ignore', 'pipe', 'pipe'], env })
  let console = ''
  for (const stream of [machine.stdout, machine.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      console = (console + text).slice(-65_536)
    })
  }
  const kill = () => {
    if (machine.pid === undefined) return
    try {
      process.kill(-machine.pid, 'SIGKILL')
    } catch {
      // All of it has ended.
    }
  }
  const end = new AbortController()
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    const abandon = () => {
      kill()
      process.exit(1)
    }
    process.once(signal, abandon)
    end.signal.addEventListener('abort', () => process.removeListener(signal, abandon))
  }
  process.once('exit', kill)
  const timer = setTimeout(() => {
    console += `\nkilled after ${limit} s`
    kill()
  }, limit * 1000)
  try {
    await new Promise<void>((resolve, reject) => {
      machine.once('error', reject)
      machine.once('close', () => resolve())
    })
  } finally {
    clearTimeout(timer)
    kill()
    end.abort()
    process.removeListener('exit', kill)
  }
  return console
}

/** What the machine's processor needs: see `uml-ptrace.c`. */
function preload(folder: string): { readonly LD_PRELOAD?: string } {
  if (!NEEDS_COMPILER) return {}
  const library = join(folder, 'uml-ptrace.so')
  execFileSync('cc', ['-O2', '-shared', '-fPIC', '-o', library, join(ROOT, 'test/lab/uml-ptrace.c')])
  return { LD_PRELOAD: library }
}
