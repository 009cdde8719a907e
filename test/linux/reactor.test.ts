/**
 * The reactor: prompt, in order, clean at its end.
 */
import { spawnSync } from 'node:child_process'
import t from 'tap'
import { LinuxNetlinkSocket, mainReactor } from '../../lib/linux/index.ts'
import { encodeLinkDump, encodeMessages, NLM_F_DUMP, NLM_F_REQUEST, RTM_GETLINK } from '../../lib/netlink/index.ts'

const skip = process.platform === 'linux' ? false : 'needs Linux'
const REQUEST = encodeMessages([
  { type: RTM_GETLINK, flags: NLM_F_REQUEST | NLM_F_DUMP, sequence: 1, body: encodeLinkDump() },
])

t.test('a readable descriptor is reported until it is read, and not after the end', { skip }, async t => {
  const socket = new LinuxNetlinkSocket()
  let reports = 0
  const watch = await new Promise<ReturnType<ReturnType<typeof mainReactor>['watch']>>(resolve => {
    const made = mainReactor().watch(socket.fd, errno => {
      t.equal(errno, 0)
      if (++reports === 3) resolve(made)
    })
    socket.send(REQUEST)
  })
  t.equal(reports, 3, 'nothing was read: again and again')
  watch.close()
  watch.close()
  await new Promise(resolve => setImmediate(() => setImmediate(resolve)))
  t.equal(reports, 3)
  socket.close()
})

t.test('what is marked as last runs after the others of the same turn', { skip }, async t => {
  const sockets = [new LinuxNetlinkSocket(), new LinuxNetlinkSocket()]
  const [first, second] = sockets
  if (first === undefined || second === undefined) return
  const order: string[] = []
  const watches = [
    mainReactor().watch(first.fd, () => order.push('timer'), { last: true }),
    mainReactor().watch(second.fd, () => order.push('message')),
  ]
  first.send(REQUEST)
  second.send(REQUEST)
  await new Promise<void>(resolve => {
    const look = () => (order.length < 2 ? setImmediate(look) : resolve())
    look()
  })
  t.strictSame(order.slice(0, 2), ['message', 'timer'])
  for (const watch of watches) watch.close()
  for (const socket of sockets) socket.close()
})

t.test(
  'the process ends: at exit() with open watches, and by itself when all are closed or let go',
  { skip },
  async t => {
    const module = new URL('../../lib/linux/index.js', import.meta.url).href
    for (const [end, status] of [
      ['process.exit(3)', 3],
      ['watch.close()', 0],
      ['watch.setRef(false)', 0],
      ['throw new Error("mine")', 1],
    ] as const) {
      const program = `
      const l = await import('${module}')
      const socket = new l.LinuxNetlinkSocket({ groups: [1] })
      const watch = l.mainReactor().watch(socket.fd, () => {})
      setImmediate(() => { ${end} })`
      const ended = spawnSync(process.execPath, ['--input-type=module', '-e', program], { timeout: 20_000 })
      t.equal(ended.status, status, end)
      t.equal(ended.signal, null)
    }
  },
)
