/**
 * vrrp_instance: defaults and the corrections that keepalived makes at start, each with a message.
 */
import { type Milliseconds, milliseconds, secondsToMilliseconds } from '../time/units.ts'
import { completeAddresses } from './complete-addresses.ts'
import { completeAnnouncements, type GarpGroup } from './complete-announcements.ts'
import { completeAuthentication } from './complete-authentication.ts'
import { completeDestination } from './complete-destination.ts'
import { type GlobalValues, originOf } from './complete-global.ts'
import { completeHmac } from './complete-hmac.ts'
import { completeIpvlan } from './complete-ipvlan.ts'
import type { RouteCompletion } from './complete-routes.ts'
import { completeAlerts, completeNotify } from './complete-script.ts'
import { completeTrackers, type Trackable } from './complete-trackers.ts'
import { VirtualMacPlan, type VirtualNames } from './complete-virtual-mac.ts'
import type { InstanceConfiguration } from './configuration.ts'
import type { ParsedBlock, Values } from './declaration.ts'
import type { DiagnosticLog } from './diagnostic-log.ts'
import type { GlobalConfiguration } from './global-configuration.ts'
import type { SourceReader } from './source-reader.ts'
import { reportStrict } from './strict.ts'
import type { VRRP_INSTANCE } from './vrrp-instance.ts'

/** What instances inherit and refer to. */
export interface InstanceContext {
  readonly global: GlobalConfiguration
  readonly globalValues: GlobalValues
  readonly trackable: Trackable
  readonly routes: RouteCompletion
  readonly garpGroups: readonly GarpGroup[]
  /** For the files that keys are in. */
  readonly reader: SourceReader
  readonly virtualNames: VirtualNames
  readonly log: DiagnosticLog
}

type InstanceBlock = ParsedBlock<typeof VRRP_INSTANCE>
type InstanceValues = Values<typeof VRRP_INSTANCE>

/** An instance that can run, or undefined after an error. */
export function completeInstance(block: InstanceBlock, context: InstanceContext): InstanceConfiguration | undefined {
  const { global, globalValues, trackable, log } = context
  const { values } = block
  const name = block.words[0]?.text ?? ''
  if (!hasEssentials(name, block, log)) return undefined
  const interfaceName = values.interface?.value
  const vrid = values.virtual_router_id?.value
  if (interfaceName === undefined || vrid === undefined) return undefined

  const listed = values.virtual_ipaddress?.value ?? []
  const excluded = values.virtual_ipaddress_excluded?.value ?? []
  const strict = values.strict_mode?.value ?? global.strict
  const prefix = globalValues.vmac_prefix?.value ?? 'vrrp'
  const prefixes = { own: prefix, address: globalValues.vmac_addr_prefix?.value ?? prefix }
  const owner = { name, interface: interfaceName, vrid, strict, prefixes }
  let plan: VirtualMacPlan | undefined
  const lists = completeAddresses(
    listed,
    excluded,
    (line, family) => {
      plan ??= new VirtualMacPlan({ ...owner, family }, values, context.virtualNames, log)
      return plan.deviceOf(line)
    },
    log,
  )
  const { family } = lists
  const routed = context.routes.complete(values.virtual_routes?.value, values.virtual_rules?.value)
  const version = (values.version?.value ?? (family === 6 ? 3 : (globalValues.vrrp_version?.value ?? 2))) === 3 ? 3 : 2
  const { priority, state } = completePriority(name, block, strict, log)
  const master = state === 'MASTER'
  const destination = completeDestination(values, context, family, strict)
  const virtualMac = plan?.configurationOf(destination.destination.type === 'unicast')
  const ipvlanOwner = { name, vrid, family, prefix, hasVirtualMac: virtualMac !== undefined }
  const ipvlan = completeIpvlan(ipvlanOwner, values, context.virtualNames, log)
  if (ipvlan === 'invalid') return undefined
  const auth = completeAuthentication(values.authentication, { name, version, family, strict }, log)
  const interval = completeInterval(name, values, version, log)
  const hmacContext = { name, interval, strict, authentication: auth, reader: context.reader }
  const hmac = completeHmac(values.auth_hmac, hmacContext, log)
  const checksum = values.v3_checksum_as_v2 ?? globalValues.v3_checksum_as_v2
  const inherited = <T>(own: { value: T } | undefined, from: { value: T } | undefined, fallback: T): T =>
    own?.value ?? from?.value ?? fallback
  const ownerIgnores =
    priority === 255 &&
    (strict || inherited(values.owner_ignore_adverts, globalValues.vrrp_owner_ignore_adverts, false))

  const preempt = master || priority === 255 || values.nopreempt === undefined
  const lateTimer = values.timer_expired_backup ?? values.thread_timer_expired

  const instance: InstanceConfiguration = {
    name,
    state,
    interface: interfaceName,
    version,
    family,
    vrid,
    priority,
    interval,
    preempt,
    preemptDelay: master || strict ? milliseconds(0) : (values.preempt_delay?.value ?? milliseconds(0)),
    acceptMode: values.no_accept === undefined && (values.accept !== undefined || !strict || priority === 255),
    strict,
    downTimerAdverts: strict ? 3 : inherited(values.down_timer_adverts, globalValues.vrrp_down_timer_adverts, 3),
    advertiseToLoser: !strict && !inherited(values.lower_prio_no_advert, globalValues.vrrp_lower_prio_no_advert, false),
    advertiseBeforeYield:
      !strict && inherited(values.higher_prio_send_advert, globalValues.vrrp_higher_prio_send_advert, false),
    addresses: lists.addresses,
    excludedAddresses: lists.excludedAddresses,
    ...(routed.routes.length > 0 && { routes: routed.routes }),
    ...(routed.rules.length > 0 && { rules: routed.rules }),
    ...destination,
    ...(virtualMac !== undefined && { virtualMac }),
    ...(ipvlan !== undefined && { ipvlan }),
    checksumForm: checksum?.value === true ? 'message' : 'pseudo-header',
    authentication: auth,
    ...(hmac !== undefined && { hmac }),
    announcements: completeAnnouncements(
      values,
      globalValues,
      family,
      strict,
      context.garpGroups.find(({ interfaces }) => interfaces.has(interfaceName)),
    ),
    trackers: completeTrackers(name, values, trackable, log),
    trackPrimary: values.dont_track_primary === undefined,
    ...(values.track_src_ip !== undefined && { trackSource: true as const }),
    ...(ownerIgnores && { ownerIgnoresAdverts: true as const }),
    ...(lateTimer !== undefined && !preempt && { timerExpiredBackup: true as const }),
    strictAddressList: false,
    notify: completeNotify(values),
    ...(values.promote_secondaries !== undefined && { promoteSecondaries: true as const }),
    ...(values.notify_deleted !== undefined && { notifyDeleted: true as const }),
    ...completeAlerts(values, globalValues),
    origin: originOf(block.position, {
      ...values,
      ...values.authentication?.value.values,
      ...values.auth_hmac?.value.values,
    }),
  }
  reportConflicts(instance, values, log)
  if (strict) reportStrict(instance, values, log)
  if (version === 2 && family === 6) {
    const message = `'${name}' has IPv6 addresses and 'version 2', which knows IPv4 only (RFC 3768): write 'version 3' on all nodes`
    log.report('version-without-ipv6', values.version?.position ?? block.position, message)
    return undefined
  }
  return lists.addresses.length === 0 ? undefined : instance
}

/** Reports what an instance cannot be without. */
function hasEssentials(name: string, { values, mistaken, position }: InstanceBlock, log: DiagnosticLog): boolean {
  const say = (
    code: 'missing-interface' | 'missing-vrid' | 'missing-addresses',
    keyword: string,
    message: string,
  ): void => {
    if (!mistaken.has(keyword)) log.report(code, position, `'${name}' has no '${keyword}': ${message}`)
  }
  if (values.interface === undefined) say('missing-interface', 'interface', 'name the interface that it runs on')
  if (values.virtual_router_id === undefined)
    say('missing-vrid', 'virtual_router_id', 'give it a number of 1..255, the same on all nodes')
  if (values.no_virtual_ipaddress === undefined) {
    const empty = values.virtual_ipaddress === undefined || values.virtual_ipaddress.value.length === 0
    if (empty) say('missing-addresses', 'virtual_ipaddress', 'a virtual router needs at least one address')
  }
  return values.interface !== undefined && values.virtual_router_id !== undefined
}

function completePriority(
  name: string,
  { values, mistaken, position }: InstanceBlock,
  strict: boolean,
  log: DiagnosticLog,
): { readonly priority: number; readonly state: 'MASTER' | 'BACKUP' } {
  const wanted = values.state?.value
  const assumed = wanted === 'MASTER' && !mistaken.has('priority') ? 255 : 100
  const priority = values.priority?.value ?? assumed
  if (values.priority === undefined && assumed === 255) {
    const message = `'${name}' is 'state MASTER' without a priority: that means 255, owner of the addresses, which nobody can outbid`
    log.report('master-without-priority', values.state?.position ?? position, message)
  } else if (priority === 255) {
    const message = `'${name}' has priority 255: it owns its addresses, starts as master at once and cannot be outbid`
    log.report('owner-priority', values.priority?.position ?? position, message)
  }
  if (strict) {
    if (wanted === 'MASTER' && priority !== 255) {
      const message = `vrrp_strict ignores 'state MASTER' of '${name}', since its priority is ${priority} and not 255: it starts as backup`
      log.report('strict-priority', values.state?.position ?? position, message)
    }
    return { priority, state: priority === 255 ? 'MASTER' : 'BACKUP' }
  }
  return { priority, state: wanted ?? (priority === 255 ? 'MASTER' : 'BACKUP') }
}

/** Version 2 says whole seconds, version 3 hundredths up to 40.95 s. */
function completeInterval(name: string, values: InstanceValues, version: 2 | 3, log: DiagnosticLog): Milliseconds {
  const wanted = values.advert_int?.value ?? secondsToMilliseconds(1)
  const position = values.advert_int?.position
  if (position === undefined) return wanted
  if (version === 3 && wanted > 40950) {
    log.report(
      'interval-out-of-range',
      position,
      `version 3 cannot say more than 40.95 s: 'advert_int' of '${name}' becomes 40.95`,
    )
    return milliseconds(40950)
  }
  const unit = version === 2 ? 1000 : 10
  const sent = milliseconds(Math.max(Math.round(wanted / unit), 1) * unit)
  if (sent !== wanted) {
    const says = version === 2 ? 'whole seconds' : 'hundredths of a second'
    const message = `version ${version} says its interval in ${says}: 'advert_int' of '${name}' becomes ${sent / 1000}`
    log.report('interval-rounded', position, message)
  }
  return sent
}

/** Keywords that cancel each other. */
function reportConflicts(
  { name, state, priority, preempt: preempts }: InstanceConfiguration,
  values: InstanceValues,
  log: DiagnosticLog,
): void {
  const { nopreempt, preempt, preempt_delay: delay, accept, no_accept: noAccept } = values
  if (state === 'MASTER') {
    for (const [keyword, located] of [
      ['nopreempt', nopreempt],
      ['preempt_delay', delay],
    ] as const) {
      if (located === undefined) continue
      const message = `'${keyword}' of '${name}' has no effect with 'state MASTER': write 'state BACKUP' on all nodes to have it`
      log.report('master-clears', located.position, message)
    }
  } else if (nopreempt !== undefined && priority === 255) {
    log.report('master-clears', nopreempt.position, `'nopreempt' of '${name}' has no effect with priority 255`)
  } else if (nopreempt !== undefined && (preempt ?? delay) !== undefined) {
    const other = preempt === undefined ? 'preempt_delay' : 'preempt'
    log.report('conflicting-keywords', nopreempt.position, `'${name}' has 'nopreempt' and '${other}': nopreempt wins`)
  }
  const lateTimer = values.timer_expired_backup ?? values.thread_timer_expired
  if (lateTimer !== undefined && preempts) {
    const message = `'timer_expired_backup' of '${name}' has no effect without 'nopreempt': a router that preempts takes over again`
    log.report('no-effect', lateTimer.position, message)
  }
  if (accept !== undefined && noAccept !== undefined) {
    log.report('conflicting-keywords', noAccept.position, `'${name}' has 'accept' and 'no_accept': no_accept wins`)
  }
}
