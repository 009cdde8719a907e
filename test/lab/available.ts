/**
 * Whether this machine can run the lab: root, network namespaces, and the real peers.
 */
import { execFileSync } from 'node:child_process'
import { accessSync, constants } from 'node:fs'
import { delimiter, join } from 'node:path'

/** What the lab runs, and the Debian package that brings it. */
const PACKAGES = {
  ip: 'iproute2',
  keepalived: 'keepalived',
  tcpdump: 'tcpdump',
  tshark: 'tshark',
  ipvsadm: 'ipvsadm',
  'linux.uml': 'user-mode-linux',
  modprobe: 'kmod',
  cc: 'gcc libc6-dev',
  nginx: 'nginx',
  killall: 'psmisc',
  curl: 'curl',
  '/usr/lib/frr/vrrpd': 'frr',
  '/usr/lib/frr/zebra': 'frr',
} as const

/** A program that a lab test needs. */
export type LabProgram = keyof typeof PACKAGES

/**
 * Why the lab cannot run here, in one line for `skip`, or `false` when it can. With `VRRP_LAB=required` in the
 * environment (CI) a missing package is an error instead: nothing is then skipped for want of one.
 * @param programs what the test runs beside ip and tcpdump
 */
export function labUnavailable(...programs: LabProgram[]): string | false {
  const needed: LabProgram[] = ['ip', 'tcpdump', ...programs]
  const missing = new Set(needed.filter(program => !isInstalled(program)).map(program => PACKAGES[program]))
  if (missing.size > 0) {
    const reason = `lab: missing ${[...missing].join(', ')} (npm run lab:install)`
    if (process.env.VRRP_LAB === 'required') throw new Error(reason)
    return reason
  }
  if (process.getuid?.() !== 0) return 'lab: needs root for network namespaces'
  rights ??= tryNamespace()
  return rights
}

let rights: string | false | undefined

function isInstalled(program: string): boolean {
  const directories = `${process.env.PATH ?? ''}${delimiter}/usr/sbin${delimiter}/sbin`.split(delimiter)
  const places = program.startsWith('/') ? [program] : directories.map(directory => join(directory, program))
  return places.some(place => {
    try {
      accessSync(place, constants.X_OK)
      return true
    } catch {
      return false
    }
  })
}

/** A container may have root without CAP_SYS_ADMIN: only trying tells. */
function tryNamespace(): string | false {
  const name = `vrrp-probe-${process.pid}`
  try {
    execFileSync('ip', ['netns', 'add', name], { stdio: 'ignore' })
    execFileSync('ip', ['netns', 'delete', name], { stdio: 'ignore' })
    return false
  } catch {
    return 'lab: no right to make network namespaces here'
  }
}
