/**
 * Settings of one interface under /proc/sys/net, those that rtnetlink does not tell or change. ip-sysctl.rst of the kernel.
 */
import { readFileSync, writeFileSync } from 'node:fs'
import type { IpFamily } from '../net/index.ts'

function pathOf(family: IpFamily, interfaceName: string, setting: string): string {
  return `/proc/sys/net/ipv${family}/conf/${interfaceName}/${setting}`
}

/** A setting of an interface, or of `all`; undefined where the kernel has none such (no IPv6). */
export function readSetting(family: IpFamily, interfaceName: string, setting: string): number | undefined {
  try {
    return Number(readFileSync(pathOf(family, interfaceName, setting), 'utf8'))
  } catch {
    return undefined
  }
}

/** Changes a setting. Does nothing where the kernel has none such. @throws Error of the file system when it may not be written */
export function writeSetting(family: IpFamily, interfaceName: string, setting: string, value: number): void {
  try {
    // r+ makes no file: to open one here takes the kernel 0.1 ms, and to look first would be twice that.
    writeFileSync(pathOf(family, interfaceName, setting), `${value}\n`, { flag: 'r+' })
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ENOENT')) throw error
  }
}
