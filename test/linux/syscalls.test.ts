/**
 * The native declarations: each prototype against the manual, and calls whose answers are known.
 */
import { closeSync, openSync } from 'node:fs'
import t from 'tap'
import { PROTOTYPES, syscalls, UV_PROTOTYPES, uv } from '../../lib/linux/syscalls.ts'

const skip = process.platform === 'linux' ? false : 'needs Linux'

/** Result and parameters by size and kind, from section 2 of the manual: i int, u unsigned int, l long, z size_t, U unsigned long, p pointer. */
const MANUAL: Readonly<Record<keyof typeof PROTOTYPES, string>> = {
  socket: 'i iii',
  close: 'i i',
  bind: 'i ipu',
  connect: 'i ipu',
  setsockopt: 'i iiipu',
  getsockopt: 'i iiipp',
  sendto: 'l ipzipu',
  sendmsg: 'l ipi',
  sendmmsg: 'i ipui',
  recv: 'l ipzi',
  recvmmsg: 'i ipuip',
  poll: 'i pUi',
  ppoll: 'i pUpp',
  eventfd: 'i ui',
  write: 'l ipz',
  read: 'l ipz',
  fcntl: 'i iii',
  setns: 'i ii',
  clock_gettime: 'i ip',
  timerfd_create: 'i ii',
  timerfd_settime: 'i iipp',
  prctl: 'i iU',
  sched_setscheduler: 'i iip',
  sched_setaffinity: 'i izp',
  sched_getaffinity: 'i izp',
  setpriority: 'i iui',
  madvise: 'i pzi',
  getrlimit: 'i ip',
  setrlimit: 'i ip',
}

function kinds(prototype: string): string {
  const [, result = '', name = '', parameters = ''] = /^([\w ]+?\*?)\s?(\w+)\((.*)\)$/.exec(prototype) ?? []
  const kind = (type: string) => {
    if (type.includes('*')) return 'p'
    if (type.startsWith('unsigned long')) return 'U'
    return type.startsWith('size_t') ? 'z' : (type[0] ?? '?')
  }
  t.ok(name.length > 0, prototype)
  return `${kind(result)} ${parameters
    .split(',')
    .map(parameter => kind(parameter.trim()))
    .join('')}`
}

t.test('prototypes are those of the manual', async t => {
  for (const [name, prototype] of Object.entries(PROTOTYPES)) {
    t.equal(kinds(prototype), MANUAL[name as keyof typeof PROTOTYPES], name)
    t.match(prototype, new RegExp(`\\b${name}\\(`))
  }
})

t.test('every function is there', { skip }, async t => {
  const calls: Readonly<Record<string, unknown>> = { ...syscalls(), ...uv() }
  for (const name of [...Object.keys(PROTOTYPES), ...Object.keys(UV_PROTOTYPES)]) {
    t.type(calls[name], 'function', name)
  }
})

t.test('a refused call answers with minus the error number', { skip }, async t => {
  const calls = syscalls()
  const EBADF = -9
  t.equal(calls.close(-1), EBADF)
  t.equal(calls.read(-1, Buffer.alloc(1), 1), EBADF)
  t.equal(calls.sendto(-1, Buffer.alloc(1), 1, 0, null, 0), EBADF)
  t.equal(calls.recv(-1, Buffer.alloc(1), 1, 0), EBADF)
  t.equal(calls.bind(-1, Buffer.alloc(16), 16), EBADF)
  t.equal(calls.fcntl(-1, 1, 0), EBADF)
  t.equal(calls.socket(0x7fff, 1, 0), -97, 'EAFNOSUPPORT')
  const fd = openSync('/dev/null', 'r')
  t.equal(calls.setsockopt(fd, 1, 12, Buffer.alloc(4), 4), -88, 'ENOTSOCK')
  t.equal(calls.fcntl(fd, 1, 0), 1, 'F_GETFD: node opens with close-on-exec')
  t.equal(calls.read(fd, Buffer.alloc(8), 8), 0)
  closeSync(fd)
})

t.test('a datagram goes from one end of the loop to the other', { skip }, async t => {
  const calls = syscalls()
  // AF_INET, SOCK_DGRAM with SOCK_CLOEXEC and SOCK_NONBLOCK; bound to 127.0.0.1 and any port.
  const fd = calls.socket(2, 2 | 0o2004000, 0)
  t.ok(fd >= 0)
  const address = Buffer.from([2, 0, 0, 0, 127, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0])
  const port = 20_000 + (process.pid % 40_000)
  address.writeUInt16BE(port, 2)
  t.equal(calls.bind(fd, address, 16), 0)
  t.equal(calls.recv(fd, Buffer.alloc(8), 8, 0), -11, 'EAGAIN: it does not block')
  t.equal(calls.sendto(fd, Buffer.from('vrrp'), 4, 0, address, 16), 4)
  const pollfd = Buffer.alloc(8)
  pollfd.writeInt32LE(fd)
  pollfd.writeInt16LE(1, 4)
  t.equal(calls.poll(pollfd, 1, 1000), 1)
  const bytes = Buffer.alloc(8)
  t.equal(calls.recv(fd, bytes, 8, 0), 4)
  t.equal(String(bytes.subarray(0, 4)), 'vrrp')
  t.equal(calls.close(fd), 0)
})
