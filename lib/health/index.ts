/**
 * Health of servers: the checkers of keepalived, the verdict on each server, and a monitor for thousands of them.
 * @module
 */
export type {
  CheckSpecification,
  CheckTiming,
  DnsCheck,
  DnsRecordType,
  FileCheck,
  HttpCheck,
  HttpProtocol,
  MiscCheck,
  Page,
  PingCheck,
  SmtpCheck,
  SslCheck,
  Target,
  TcpCheck,
  TlsFiles,
  UdpCheck,
  WebCheck,
} from './check-specification.ts'
export { CoarseClock } from './coarse-clock.ts'
export { type CompiledPattern, compilePattern } from './compile-pattern.ts'
export { formatHealthEvent } from './format-health-event.ts'
export { type HashedPage, hashPage, type PageRequest } from './hash-page.ts'
export type { Failure, FailureKind, HealthEvent, HealthListener } from './health-event.ts'
export type { CheckSnapshot, HealthSnapshot, LatenessBucket } from './health-snapshot.ts'
export type { Look, Looker, Lookers, LookListener, LookOutcome } from './look.ts'
export type { CommandPorts } from './misc-look.ts'
export { type AppliedChecks, Monitor, type MonitorOptions } from './monitor.ts'
export type { Pattern } from './pattern.ts'
export type { SocketOpener, SocketRequest } from './socket-opener.ts'
export { type LookPorts, standardLookers } from './standard-lookers.ts'
export { checkProblem } from './validate-checks.ts'
export {
  type HealthState,
  initialHealth,
  judgeHealth,
  type LookResult,
  type NextLook,
  type VerdictRules,
} from './verdict.ts'
export { effectiveWeight, type WeightAdvice } from './weight.ts'
