/**
 * interface_up_down_delays beside keepalived: both let a bounce pass, both fault and return when a change has lasted.
 */
import { setTimeout as delay } from 'node:timers/promises'
import t from 'tap'
import { labUnavailable } from './available.ts'
import type { Host } from './host.ts'
import { withLab } from './lab.ts'
import { type StartRouter, startKeepalived, startOurs } from './router.ts'

const [DOWN, UP] = [600, 300]

function configuration(vrid: number): string {
  return `interface_up_down_delays {
    eth0 ${DOWN / 1000} ${UP / 1000}
}
vrrp_instance V {
    interface eth0
    virtual_router_id ${vrid}
    priority 100
    virtual_ipaddress {
        10.42.0.${100 + vrid}
    }
}
`
}

t.test('both wait as long', { skip: labUnavailable('keepalived') }, async t => {
  await withLab(async lab => {
    const play = async (name: string, host: Host, start: StartRouter, vrid: number) => {
      const { daemon, stop } = await start(host, configuration(vrid))
      lab.setCable(host, false)
      await delay(DOWN / 2)
      lab.setCable(host, true)
      await delay(DOWN)
      t.notMatch(daemon.text(), /FAULT/, `${name} lets a bounce pass`)
      const after = async (plugged: boolean, line: RegExp) => {
        const from = daemon.log.length
        const begun = Date.now()
        lab.setCable(host, plugged)
        return (await daemon.untilLog(line, { from })).time - begun
      }
      const waited = { fault: await after(false, /FAULT STATE/), backup: await after(true, /Entering BACKUP STATE/) }
      t.ok(waited.fault >= DOWN - 5 && waited.fault < DOWN + 250, `${name} faults after ${waited.fault} ms`)
      t.ok(waited.backup >= UP - 5 && waited.backup < UP + 250, `${name} returns after ${waited.backup} ms`)
      await stop()
    }
    await Promise.all([
      play('vrrp-ts', lab.addHost('a', '10.42.0.10/24'), startOurs, 7),
      play('keepalived', lab.addHost('b', '10.42.0.11/24'), startKeepalived, 8),
    ])
  })
})
