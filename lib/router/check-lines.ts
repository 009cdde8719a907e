/**
 * keepalived's log lines about checks; why a check failed, which keepalived does not say there, stands in brackets.
 */
import type { CheckSpecification, HealthEvent } from '../health/index.ts'
import type { LogLevel } from './keepalived-log.ts'

const NAMES: Readonly<Record<CheckSpecification['type'], string>> = {
  tcp: 'TCP_CHECK',
  http: 'HTTP_CHECK',
  ssl: 'SSL_CHECK',
  udp: 'UDP_CHECK',
  dns: 'DNS_CHECK',
  smtp: 'SMTP_CHECK',
  misc: 'MISC_CHECK',
  ping: 'PING_CHECK',
  file: 'FILE_CHECK',
}

/** Level and line; undefined when there is nothing to say. */
export function checkLine(
  event: HealthEvent,
  type: CheckSpecification['type'],
  server: string,
): readonly [level: LogLevel, line: string] | undefined {
  const name = NAMES[type]
  switch (event.type) {
    case 'up':
      if (type === 'tcp') return ['info', `TCP connection to ${server} success.`]
      if (type === 'http' || type === 'ssl') return ['info', `Remote Web server ${server} succeed on service.`]
      return ['info', `${name} on service ${server} success.`]
    case 'down': {
      const after = event.retries === 0 ? '' : ` after ${event.retries} ${event.retries === 1 ? 'retry' : 'retries'}`
      return ['notice', `${name} on service ${server} failed${after}. [${event.failure.text}]`]
    }
    case 'failure':
      return ['info', `${name} on service ${server} failed. [${event.failure.text}]`]
    case 'untried':
      return ['error', `${name} on service ${server} cannot be tried, its state stays. [${event.failure.text}]`]
    default:
      return undefined
  }
}

/** The text of a mail about a check, keepalived's with the reason. */
export function checkCause(event: HealthEvent, type: CheckSpecification['type']): string {
  const kind = type === 'http' || type === 'ssl' ? '' : `${type.toUpperCase()} `
  if (event.type === 'up') return `${kind}CHECK succeed on service`
  return event.type === 'down' ? `${kind}CHECK failed on service : ${event.failure.text}` : ''
}
