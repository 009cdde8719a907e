/**
 * keepalived's data (USR1, /tmp/keepalived.data): the configuration and the state as free text for people, in
 * keepalived's headings and words. Passwords are not in it.
 */
import { describeFault } from '../instance/describe-fault.ts'
import type { TrackerSnapshot } from '../instance/index.ts'
import type { Configuration, InstanceConfiguration, NotifyConfiguration } from '../keepalived/index.ts'
import {
  addressText,
  commandText,
  type DumpedInstance,
  type DumpSource,
  dumpedInstances,
  epochSeconds,
} from './dump-source.ts'

export type { DumpSource } from './dump-source.ts'

const AUTHENTICATION = { none: 'NONE', simple: 'SIMPLE_PASSWORD', ah: 'IPSEC_AH' } as const
const NOTIFY = {
  master: 'Master state transition script',
  backup: 'Backup state transition script',
  fault: 'Fault state transition script',
  stop: 'Stop state transition script',
  deleted: 'Deleted state transition script',
  any: 'Generic state transition script',
  masterRxLowerPriority: 'Master rx lower pri script',
} as const satisfies Record<keyof NotifyConfiguration, string>

/** The whole file. */
export function formatData(source: DumpSource): string {
  const { configuration, snapshot } = source
  const lines = ['------< Global definitions >------', ...globalLines(configuration)]
  const instances = dumpedInstances(source)
  if (instances.length > 0) lines.push('------< VRRP Topology >------')
  for (const instance of instances) lines.push(...instanceLines(instance, configuration))
  if (snapshot.syncGroups.length > 0) lines.push('------< VRRP Sync groups >------')
  for (const { name, members, state } of snapshot.syncGroups) {
    const word = { active: 'MASTER', backup: 'BACKUP', initialize: 'FAULT' }[state]
    lines.push(
      ` VRRP Sync Group = ${name}, ${word}`,
      '   VRRP member instances :',
      ...members.map(each => `     ${each}`),
    )
  }
  if (configuration.scripts.length > 0) lines.push('------< VRRP Scripts >------')
  for (const script of configuration.scripts) {
    lines.push(
      ` VRRP Script = ${script.name}`,
      `   Command = ${commandText(script.command.arguments)}`,
      `   Interval = ${script.interval / 1000} sec`,
      `   Timeout = ${script.timeout / 1000} sec`,
      `   Weight = ${script.weight}${script.reverse ? ' reverse' : ''}`,
      `   Rise = ${script.rise}`,
      `   Fall = ${script.fall}`,
    )
  }
  return `${lines.join('\n')}\n`
}

function globalLines({ global, files }: Configuration): readonly string[] {
  return [
    ...files.map(file => ` Configuration file = ${file}`),
    ...(global.routerId === undefined ? [] : [` Router ID = ${global.routerId}`]),
    ` VRRP IPv4 mcast group = ${global.multicastGroup4}`,
    ` VRRP IPv6 mcast group = ${global.multicastGroup6}`,
    ` VRRP strict mode = ${global.strict}`,
    ` Script security ${global.scriptSecurity ? 'enabled' : 'disabled'}`,
  ]
}

function instanceLines({ configured, now }: DumpedInstance, configuration: Configuration): readonly string[] {
  const { announcements, destination, addresses, excludedAddresses } = configured
  const group = configuration.syncGroups.find(({ members }) => members.includes(configured.name))
  const held = now.state === 'active'
  const list = (title: string, entries: readonly string[]) =>
    entries.length === 0 ? [] : [`   ${title} :`, ...entries.map(entry => `     ${entry}`)]
  return [
    ` VRRP Instance = ${configured.name}`,
    `   VRRP Version = ${configured.version}`,
    ...(group === undefined ? [] : [`   Sync group = ${group.name}`]),
    `   State = ${now.keepalivedState}`,
    ...list('Faults', now.faults.map(describeFault)),
    `   Last transition = ${lastTransition(now['last-transition-datetime'])}`,
    `   Master down timer = ${Math.round(now['master-down-interval'] * 10_000)} usecs`,
    ...(now.peers[0] === undefined || held
      ? []
      : [`   Master router = ${now.peers[0].address}`, `   Master priority = ${now.peers[0].priority}`]),
    `   Interface = ${configured.interface}`,
    `   Using src_ip = ${now.primaryAddress ?? '(none)'}`,
    ...(destination.type === 'multicast'
      ? [`   Multicast address ${destination.group}`]
      : list('Unicast Peer', destination.peers)),
    `   Gratuitous ARP delay = ${announcements.delay / 1000}`,
    `   Gratuitous ARP repeat = ${announcements.repeat}`,
    `   Gratuitous ARP refresh = ${announcements.refresh / 1000}`,
    `   Gratuitous ARP refresh repeat = ${announcements.refreshRepeat}`,
    `   Gratuitous ARP lower priority delay = ${announcements.lowerPriorityDelay / 1000}`,
    `   Gratuitous ARP lower priority repeat = ${announcements.lowerPriorityRepeat}`,
    ...(announcements.extra === undefined ? [] : [extraLine(announcements.extra)]),
    `   Down timer adverts = ${configured.downTimerAdverts}`,
    `   Send advert after receive lower priority advert = ${configured.advertiseToLoser}`,
    `   Send advert after receive higher priority advert = ${configured.advertiseBeforeYield}`,
    `   Virtual Router ID = ${configured.vrid}`,
    `   Priority = ${now.priority}`,
    `   Effective priority = ${now.effectivePriority}`,
    `   Advert interval = ${configured.interval / 1000} sec`,
    `   Accept = ${word(configured.acceptMode)}`,
    `   Preempt = ${word(configured.preempt)}`,
    ...(configured.preemptDelay > 0 ? [`   Preempt delay = ${configured.preemptDelay / 1000} secs`] : []),
    ...(configured.version === 2 ? [`   Authentication type = ${AUTHENTICATION[configured.authentication.type]}`] : []),
    ...list(
      `Virtual IP (${addresses.length})`,
      addresses.map(address => addressText(address, held)),
    ),
    ...list(
      'Virtual IP Excluded',
      excludedAddresses.map(address => addressText(address, held)),
    ),
    ...list('Tracked interfaces', now.trackers.filter(({ kind }) => kind === 'interface').map(trackerText)),
    ...list('Tracked scripts', now.trackers.filter(({ kind }) => kind === 'script').map(trackerText)),
    ...list('Tracked files', now.trackers.filter(({ kind }) => kind === 'file').map(trackerText)),
    ...list('Tracked processes', now.trackers.filter(({ kind }) => kind === 'process').map(trackerText)),
    `   Using smtp notification = ${configured.smtpAlert ? 'yes' : 'no'}`,
    ...notifyLines(configured),
  ]
}

function notifyLines({ notify }: InstanceConfiguration): readonly string[] {
  return (Object.keys(NOTIFY) as (keyof NotifyConfiguration)[]).flatMap(kind => {
    const command = notify[kind]
    return command === undefined ? [] : [`   ${NOTIFY[kind]} = ${commandText(command.arguments)}`]
  })
}

function trackerText({ name, weight, reverse, verdict, change }: TrackerSnapshot): string {
  return `${name} weight ${weight}${reverse ? ' reverse' : ''}, ${verdict}, adds ${change}`
}

function lastTransition(date: string | undefined): string {
  if (date === undefined) return '0.000000 (never)'
  const seconds = epochSeconds(date)
  const [weekday, month, day, year] = new Date(date).toDateString().split(' ')
  const time = `${new Date(date).toTimeString().slice(0, 8)}.${seconds.split('.')[1]}`
  return `${seconds} (${weekday} ${month} ${day?.replace(/^0/, ' ')} ${time} ${year})`
}

function extraLine({ period, everywhere }: NonNullable<InstanceConfiguration['announcements']['extra']>): string {
  return `   Gratuitous ARP for each secondary ${everywhere === true ? 'i/f' : 'VMAC'} = ${period / 1000}`
}

function word(enabled: boolean): string {
  return enabled ? 'enabled' : 'disabled'
}
