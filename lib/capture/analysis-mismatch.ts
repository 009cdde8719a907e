/**
 * Two routers of one virtual router that do not say the same of it.
 */
import type { ChecksumForm } from '../packet/advertisement.ts'
import type { Finding } from './analysis-finding.ts'

/** What a router says that all of one virtual router should say alike. */
export interface Settings {
  readonly source: string
  readonly version: number
  readonly intervalMs: number
  readonly addresses: readonly string[]
  readonly checksumForm: ChecksumForm | undefined
  readonly authType: number | undefined
  readonly authData: string | undefined
}

/** A difference. */
export interface Mismatch {
  readonly finding: Finding['finding']
  readonly message: string
}

/** How `a` differs from `b`. A password is not told. */
export function compareSettings(a: Settings, b: Settings): readonly Mismatch[] {
  const found: Mismatch[] = []
  const differ = (finding: Finding['finding'], mine: string, theirs: string) => {
    if (mine === theirs) return
    found.push({ finding, message: `${a.source} ${mine}, ${b.source} ${theirs}` })
  }
  differ('version-mismatch', `speaks version ${a.version}`, `speaks version ${b.version}`)
  differ('interval-mismatch', `advertises every ${a.intervalMs} ms`, `advertises every ${b.intervalMs} ms`)
  differ('address-list-mismatch', `has ${sorted(a)}`, `has ${sorted(b)}`)
  if (a.version !== b.version) return found
  differ('checksum-form-mismatch', `uses checksum form ${a.checksumForm}`, `uses checksum form ${b.checksumForm}`)
  differ('authentication-mismatch', authentication(a), authentication(b))
  if (a.authType === b.authType && a.authData !== b.authData) {
    found.push({ finding: 'authentication-mismatch', message: `${a.source} and ${b.source} have different passwords` })
  }
  return found
}

function sorted({ addresses }: Settings): string {
  return addresses.toSorted().join(' ')
}

function authentication({ authType }: Settings): string {
  return `uses authentication type ${authType ?? 'none'}`
}
