/**
 * From a configuration file's meaning to what a notifier is told.
 */
import type { Configuration, InstanceConfiguration, SyncGroupConfiguration } from '../keepalived/index.ts'
import type { MailSettings, NotifySettings, NotifySubject, SubjectSettings } from '../notify/index.ts'
import { defaultScriptUser, lookUpUser } from '../process/index.ts'
import { serverSubjectsOf } from './server-subjects.ts'

/** Makes the settings of a notifier. Instances come before groups: the order in which they are told of the end. */
export function notifySettingsOf({ global, instances, syncGroups, lvs }: Configuration): NotifySettings {
  const { scriptUser, scriptSecurity, routerId, fifos = [] } = global
  const user = scriptUser === undefined ? defaultScriptUser() : lookUpUser(scriptUser.user, scriptUser.group)
  const mail = mailSettingsOf(global.mail)
  return {
    policy: { user, security: scriptSecurity },
    subjects: [
      ...instances.map(each => subjectOf('INSTANCE', each)),
      ...syncGroups.map(each => subjectOf('GROUP', each)),
    ],
    ...(lvs !== undefined && { servers: serverSubjectsOf(lvs) }),
    fifos,
    ...(mail !== undefined && { mail }),
    ...(routerId !== undefined && { routerName: routerId }),
  }
}

function subjectOf(
  type: NotifySubject['type'],
  { name, notify, smtpAlert, notifyPriorityChanges, ...rest }: InstanceConfiguration | SyncGroupConfiguration,
): SubjectSettings {
  const tellsDeletion = 'notifyDeleted' in rest
  return {
    type,
    name,
    scripts: notify,
    mail: smtpAlert,
    priorityChanges: notifyPriorityChanges === true,
    tellsDeletion,
  }
}

/** Undefined when there is nobody to write to, or nobody to carry it. */
function mailSettingsOf({ server, recipients, ...rest }: Configuration['global']['mail']): MailSettings | undefined {
  if (server === undefined || recipients.length === 0) return undefined
  return { ...rest, server, recipients }
}
