/**
 * What a check must be to be taken. Everything is looked at before anything is changed.
 */
import { isIP } from 'node:net'
import { messageOf } from '../errors.ts'
import type { CheckSpecification, Page, Target } from './check-specification.ts'
import { compilePattern } from './compile-pattern.ts'
import { encodeName } from './dns-message.ts'

const MAXIMUM_PORT = 65535
const MAXIMUM_MARK = 0xffff_ffff

/** @throws TypeError, RangeError naming the check and the field */
export function validateChecks(checks: readonly CheckSpecification[]): void {
  const ids = new Set<string>()
  for (const [index, check] of checks.entries()) {
    const name = `checks[${index}] (${check.id})`
    if (ids.has(check.id)) throw new RangeError(`${name}.id: another check has it`)
    ids.add(check.id)
    validateCheck(check, name)
  }
}

/** Why `Monitor.apply` would refuse a check, naming the field: for who would rather leave it out. Undefined: it would not. */
export function checkProblem(check: CheckSpecification): string | undefined {
  try {
    validateCheck(check, check.id)
    return undefined
  } catch (error) {
    return messageOf(error)
  }
}

function validateCheck(check: CheckSpecification, name: string): void {
  validateTiming(check, name)
  validateLook(check, name)
}

function validateTiming(check: CheckSpecification, name: string): void {
  requirePositive(check.delayLoop, `${name}.delayLoop`)
  requireRange(check.delayBeforeRetry, 0, Number.MAX_VALUE, `${name}.delayBeforeRetry`)
  requireRange(check.warmup, 0, Number.MAX_VALUE, `${name}.warmup`)
  requireInteger(check.retry, 0, Number.MAX_SAFE_INTEGER, `${name}.retry`)
}

function validateLook(check: CheckSpecification, name: string): void {
  if ('target' in check) validateTarget(check.target, `${name}.target`, check.type === 'ping' ? 0 : 1)
  switch (check.type) {
    case 'http':
    case 'ssl':
      if (check.pages.length === 0) throw new RangeError(`${name}.pages: empty`)
      for (const [index, page] of check.pages.entries()) validatePage(page, `${name}.pages[${index}]`)
      if (check.virtualHost !== undefined) requirePrintable(check.virtualHost, `${name}.virtualHost`)
      return
    case 'dns':
      requireValid(() => encodeName(check.name ?? '.'), `${name}.name`)
      return
    case 'smtp':
      if (check.heloName !== undefined) requirePrintable(check.heloName, `${name}.heloName`)
      for (const [index, host] of check.hosts?.entries() ?? []) validateTarget(host, `${name}.hosts[${index}]`, 1)
      return
    case 'udp':
      validateReply(check.reply, `${name}.reply`)
      return
    case 'misc':
      if (check.arguments.length === 0) throw new RangeError(`${name}.arguments: empty`)
      requirePositive(check.timeout, `${name}.timeout`)
      return
    case 'file':
      requireInteger(check.weight, -MAXIMUM_PORT, MAXIMUM_PORT, `${name}.weight`)
  }
}

function validateTarget(target: Target, name: string, lowestPort: number): void {
  if (isIP(target.address) === 0) throw new TypeError(`${name}.address: '${target.address}' is no IP address`)
  const { sourceAddress } = target
  if (sourceAddress !== undefined && isIP(sourceAddress) !== isIP(target.address))
    throw new TypeError(`${name}.sourceAddress: '${sourceAddress}' is no address of the family of '${target.address}'`)
  requireInteger(target.port, lowestPort, MAXIMUM_PORT, `${name}.port`)
  requireInteger(target.sourcePort ?? 0, 0, MAXIMUM_PORT, `${name}.sourcePort`)
  requireInteger(target.mark ?? 0, 0, MAXIMUM_MARK, `${name}.mark`)
  requirePositive(target.timeout, `${name}.timeout`)
}

function validatePage(page: Page, name: string): void {
  requirePrintable(page.path, `${name}.path`)
  if (page.virtualHost !== undefined) requirePrintable(page.virtualHost, `${name}.virtualHost`)
  if (page.digest !== undefined && !/^[0-9a-f]{32}$/i.test(page.digest))
    throw new RangeError(`${name}.digest: '${page.digest}' is not 32 hexadecimal digits`)
  for (const [from, to] of page.statusCodes ?? []) {
    requireInteger(from, 100, 999, `${name}.statusCodes`)
    requireInteger(to, from, 999, `${name}.statusCodes`)
  }
  const { pattern } = page
  if (pattern !== undefined) requireValid(() => compilePattern(pattern), `${name}.pattern`)
}

function validateReply(reply: Extract<CheckSpecification, { type: 'udp' }>['reply'], name: string): void {
  if (reply === undefined) return
  const { data, mask, minimumLength = 0, maximumLength = 255 } = reply
  requireInteger(minimumLength, 0, MAXIMUM_PORT, `${name}.minimumLength`)
  requireInteger(maximumLength, 0, MAXIMUM_PORT, `${name}.maximumLength`)
  if (mask !== undefined && mask.length !== (data?.length ?? 0))
    throw new RangeError(`${name}.mask: ${mask.length} bytes, and data has ${data?.length ?? 0}`)
}

/** A line break would end the line of the request that it stands in. */
function requirePrintable(text: string, name: string): void {
  if (!/^[^\0-\x20\x7f]+$/.test(text))
    throw new RangeError(`${name}: ${JSON.stringify(text)} is empty, or has blanks or control characters`)
}

function requirePositive(value: number, name: string): void {
  if (!(value > 0) || !Number.isFinite(value)) throw new RangeError(`${name}: ${value} is not a time above 0`)
}

function requireRange(value: number, from: number, to: number, name: string): void {
  if (!(value >= from && value <= to)) throw new RangeError(`${name}: ${value} is not from ${from} to ${to}`)
}

function requireInteger(value: number, from: number, to: number, name: string): void {
  if (!Number.isInteger(value)) throw new RangeError(`${name}: ${value} is not an integer`)
  requireRange(value, from, to, name)
}

function requireValid(attempt: () => unknown, name: string): void {
  try {
    attempt()
  } catch (error) {
    throw new RangeError(`${name}: ${messageOf(error)}`, { cause: error })
  }
}
