/**
 * Every error that vrrp-ts throws on purpose, and the table of its stable codes.
 *
 * A wrong option given by a program is a `TypeError` or `RangeError` that names the option; everything that comes
 * from outside (bytes, files, the kernel) is a {@link VrrpError} with a `code` to test for and data to act on.
 */

/** The stable codes of {@link VrrpError}, with what each one means. */
export const ERROR_CODES = {
  ERR_VRRP_TRUNCATED: 'the bytes end before the structure does',
  ERR_VRRP_VERSION: 'the version is neither 2 nor 3',
  ERR_VRRP_TYPE: 'the packet type is not 1 (advertisement)',
  ERR_VRRP_CHECKSUM: 'the checksum fits no known form',
  ERR_VRRP_VRID: 'the virtual router id is 0',
  ERR_VRRP_ADDRESS_COUNT: 'the address count is 0',
  ERR_VRRP_INTERVAL: 'the advertisement interval is 0',
  ERR_VRRP_LENGTH: 'bytes follow the end of the structure',
  ERR_VRRP_AUTH_TYPE: 'the authentication type is none of 0, 1, 2',
  ERR_AH_MALFORMED: 'the IP authentication header is malformed',
  ERR_HMAC_MALFORMED: 'the authentication trailer is malformed',
  ERR_FRAME_MALFORMED: 'a frame or packet header below VRRP is malformed',
  ERR_CAPTURE_FORMAT: 'the file is no capture, or a damaged one',
  ERR_CAPTURE_TRUNCATED: 'the capture ends inside a record',
  ERR_CONFIG_SYNTAX: 'the configuration text is wrong',
  ERR_CONFIG_FILE: 'a configuration file cannot be read',
  ERR_SCENARIO: 'a scenario step cannot be understood, or names what is not there',
  ERR_STATUS: 'a running router could not be asked for its status',
  ERR_SYSCALL: 'the operating system refused a call',
  ERR_NETLINK: 'the kernel refused a netlink request',
  ERR_IPVS: 'the kernel refused an IPVS command',
  ERR_IPVS_UNAVAILABLE: 'the kernel has no IPVS',
  ERR_IPVS_PERMISSION: 'the process may not command IPVS',
  ERR_IPVS_SERVICE_EXISTS: 'the virtual service is there already',
  ERR_IPVS_SERVICE_NOT_FOUND: 'there is no such virtual service',
  ERR_IPVS_DESTINATION_EXISTS: 'the destination is there already',
  ERR_IPVS_DESTINATION_NOT_FOUND: 'the service has no such destination',
  ERR_IPVS_SCHEDULER_NOT_FOUND: 'the kernel has no such scheduler',
  ERR_IPVS_ENGINE_NOT_FOUND: 'the kernel has no such persistence engine',
  ERR_IPVS_DAEMON_EXISTS: 'the synchronisation daemon runs already',
  ERR_IPVS_DAEMON_NOT_FOUND: 'the synchronisation daemon does not run',
  ERR_FIREWALL: 'the kernel cannot filter packets',
  ERR_CAPABILITY: 'the process lacks a capability that it needs',
  ERR_INTERFACE: 'the network interface does not exist or cannot carry VRRP',
  ERR_TRANSPORT_UNAVAILABLE: 'the transport is not installed or does not work here',
} as const

/** A stable error code: a key of {@link ERROR_CODES}. */
export type VrrpErrorCode = keyof typeof ERROR_CODES

/** Base of all errors about the outside world. */
export class VrrpError extends Error {
  /** Stable code, one of {@link ERROR_CODES}. */
  readonly code: VrrpErrorCode

  constructor(code: VrrpErrorCode, message: string, options?: ErrorOptions) {
    super(message, options)
    this.name = new.target.name
    this.code = code
  }
}

/** Bytes that are not what they should be. The only error that a decoder throws, whatever the bytes. */
export class DecodeError extends VrrpError {
  /** Where in the given bytes the trouble is, in bytes from their start. */
  readonly offset: number

  constructor(code: VrrpErrorCode, message: string, offset: number) {
    super(code, `${message} (at byte ${offset})`)
    this.offset = offset
  }
}

/** A call that the operating system refused. */
export class SystemError extends VrrpError {
  /** The kernel's error number, positive (1 EPERM, 19 ENODEV …). */
  readonly errno: number
  /** The call that failed, with its object: `bind eth0`. */
  readonly call: string
  /** What to do about it, if that is known. */
  readonly hint: string | undefined

  constructor(code: VrrpErrorCode, call: string, errno: number, message: string, hint?: string) {
    super(code, hint === undefined ? `${call}: ${message}` : `${call}: ${message}; ${hint}`)
    this.call = call
    this.errno = errno
    this.hint = hint
  }
}

/** The text of whatever was thrown. */
export function messageOf(thrown: unknown): string {
  return thrown instanceof Error ? thrown.message : String(thrown)
}
