/**
 * A router with its engine in a thread and a health monitor in the main thread, as in vrrp-cli; for a kernel without
 * IPVS, where vrrp-cli itself would not check: `node checking-router.js FILE CHECKS LOOP SECONDS TYPE PORT`. Says
 * `measuring` when it is warm, and after SECONDS what it took, as JSON.
 */
import { setTimeout as wait } from 'node:timers/promises'
import { Monitor, standardLookers } from '../../lib/health/index.ts'
import { LinuxSocketOpener, linuxPorts } from '../../lib/linux/index.ts'
import { configureNode, Router, startEngineThread } from '../../lib/router/index.ts'
import { milliseconds } from '../../lib/time/index.ts'
import { localCheck } from './local-servers.ts'

/** What a `checking-router` says at its end. */
export interface CheckingUsage {
  readonly looks: number
  /** Percent of one core, all threads. */
  readonly cpu: number
  readonly failures: object
}

const [file = '', checks, loop, seconds, type = 'mixed', port] = process.argv.slice(2)
const { specification } = configureNode(file, {})
if (specification === undefined) throw new Error(`${file}: cannot be run`)
const delayLoop = milliseconds(Number(loop))
const { clock, close: _, ...ports } = linuxPorts()
const engine = await startEngineThread()
new Router({ specification, clock, ports, engine, log: { write: () => {}, detail: false } }).start()
const monitor = new Monitor({ clock, lookers: standardLookers({ clock, sockets: new LinuxSocketOpener() }) })
const options = { type, delayLoop, port: Number(port) }
monitor.apply(Array.from({ length: Number(checks) }, (_each, index) => localCheck(index, options)))
// One loop to get warm.
await wait(delayLoop + 1000)
console.log('measuring')
const [before, start, from] = [monitor.snapshot().looks, process.cpuUsage(), performance.now()]
await wait(Number(seconds) * 1000)
const { user, system } = process.cpuUsage(start)
const cpu = ((user + system) / 1000 / (performance.now() - from)) * 100
const { looks, failures } = monitor.snapshot()
const usage: CheckingUsage = { looks: looks - before, cpu, failures }
console.log(JSON.stringify(usage))
