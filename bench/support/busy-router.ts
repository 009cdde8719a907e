/**
 * A program that embeds a router and gives its own main thread too much to do: `node busy-router.js FILE WHERE LOAD`.
 * WHERE the engine runs: `thread` (as in vrrp-cli) or `here`. LOAD: `idle`, `busy` (500 ms of every second without a
 * turn of the event loop), or `heap` (two million objects alive, and as many replaced as there is time for).
 */
import { Engine } from '../../lib/engine/index.ts'
import { linuxPorts } from '../../lib/linux/index.ts'
import { configureNode, Router, startEngineThread } from '../../lib/router/index.ts'

const [file = '', where = 'thread', load = 'idle'] = process.argv.slice(2)
const { specification } = configureNode(file, {})
if (specification === undefined) throw new Error(`${file}: cannot be run`)
const { clock, close: _, ...ports } = linuxPorts()
const engine =
  where === 'thread' ? await startEngineThread({ scheduling: { nice: 'best' } }) : new Engine({ clock, ports })
new Router({ specification, clock, ports, engine, log: { write: () => {}, detail: false } }).start()

const BUSY = 500
const OBJECTS = 2_000_000
const REPLACED = 20_000

if (load === 'busy') {
  setInterval(() => {
    const end = performance.now() + BUSY
    while (performance.now() < end);
  }, 2 * BUSY)
}
if (load === 'heap') {
  const make = (n: number) => ({ n, text: `object ${n}`, list: [n, n + 1] })
  const alive = Array.from({ length: OBJECTS }, (_, i) => make(i))
  let next = 0
  setInterval(() => {
    for (let i = 0; i < REPLACED; i++) alive[next++ % OBJECTS] = make(next)
  }, 10)
}
console.log('started')
