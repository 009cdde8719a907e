/**
 * Every way of forwarding and every kind of service through one director, whoever it is: NAT, direct routing with
 * persistence, tunnel, IPv6, firewall mark, a group; then a quorum that is lost and comes back.
 */
import type { Test } from 'tap'
import { savedTable, untilTable } from './director.ts'
import { withLab } from './lab.ts'
import { buildFormsNetwork, FORM_VIPS } from './lvs-forms-network.ts'
import type { StartRouter } from './router.ts'
import { visit } from './visitor.ts'

const { nat, quorum, marked, nat6, persistent, tunnel } = FORM_VIPS

/** Two servers, checked every second or not at all. */
function servers(addresses: readonly [string, string], more = ''): string {
  return addresses
    .map((address, i) => `    real_server ${address} 80 {\n        weight ${i + 1}\n${more}    }`)
    .join('\n')
}

const V4 = ['10.1.0.11', '10.1.0.12'] as const
const V6 = ['fd00:0:0:2::11', 'fd00:0:0:2::12'] as const
const CHECKED = `        TCP_CHECK {
            connect_timeout 1
            retry 1
            delay_before_retry 1
        }
`

const CONFIGURATION = `
virtual_server_group both {
    ${nat} 81
    10.0.0.110-111 81
}
virtual_server ${nat} 80 {
    lb_algo rr
    lb_kind NAT
    protocol TCP
${servers(V4)}
}
virtual_server group both {
    lb_algo wlc
    lb_kind NAT
    protocol TCP
${servers(V4)}
}
virtual_server ${persistent} 80 {
    lb_algo sh
    sh-port
    lb_kind DR
    persistence_timeout 50
    persistence_granularity 255.255.255.0
    protocol TCP
${servers(V4)}
}
virtual_server ${tunnel} 80 {
    lb_algo rr
    lb_kind TUN
    protocol TCP
${servers(V4)}
}
virtual_server ${tunnel} 53 {
    lb_algo mh
    mh-port
    mh-fallback
    ops
    lb_kind TUN type gue port 5555 csum
    protocol UDP
    real_server ${V4[0]} 53 {
        weight 3
        uthreshold 100
        lthreshold 50
    }
    real_server ${V4[1]} 53 {
        lvs_method DR
    }
}
virtual_server ${nat6} 80 {
    lb_algo rr
    lb_kind NAT
    protocol TCP
${servers(V6)}
}
virtual_server fwmark 7 {
    lb_algo rr
    lb_kind NAT
    protocol TCP
${servers(V4)}
}
virtual_server ${quorum} 80 {
    delay_loop 1
    lb_algo wrr
    lb_kind NAT
    protocol TCP
    quorum 2
    sorry_server 10.1.0.13 80
    real_server ${V4[0]} 80 {
        weight 1
        inhibit_on_failure
${CHECKED}    }
    real_server ${V4[1]} 80 {
        weight 2
${CHECKED}    }
}
`

/** What `ipvsadm -Sn` prints of all this; `quorate`: of the servers that are checked. */
function table(quorate: readonly string[]): string {
  const two = (service: string, way: string, more = '', [first, second]: readonly [string, string] = V4) => [
    `-a ${service} -r ${first}:80 ${way} -w 1${more}`,
    `-a ${service} -r ${second}:80 ${way} -w 2${more}`,
  ]
  return [
    `-A -t ${nat}:80 -s rr`,
    ...two(`-t ${nat}:80`, '-m'),
    `-A -t ${nat}:81 -s wlc`,
    ...two(`-t ${nat}:81`, '-m'),
    `-A -t ${quorum}:80 -s wrr`,
    ...quorate.map(server => `-a -t ${quorum}:80 -r ${server}`),
    ...[110, 111].flatMap(last => [`-A -t 10.0.0.${last}:81 -s wlc`, ...two(`-t 10.0.0.${last}:81`, '-m')]),
    `-A -t ${persistent}:80 -s sh -p 50 -M 255.255.255.0 -b sh-port`,
    ...two(`-t ${persistent}:80`, '-g'),
    `-A -t ${tunnel}:80 -s rr`,
    ...two(`-t ${tunnel}:80`, '-i', ' --tun-type ipip'),
    `-A -u ${tunnel}:53 -s mh -o -b mh-fallback,mh-port`,
    `-a -u ${tunnel}:53 -r ${V4[0]}:53 -i -w 3 --tun-type gue --tun-port 5555 --tun-csum`,
    `-a -u ${tunnel}:53 -r ${V4[1]}:53 -g -w 1`,
    `-A -t [${nat6}]:80 -s rr`,
    ...two(`-t [${nat6}]:80`, '-m', '', ['[fd00:0:0:2::11]', '[fd00:0:0:2::12]']),
    '-A -f 7 -s rr',
    ...two('-f 7', '-m'),
  ]
    .map(line => `${line}\n`)
    .join('')
}

const QUORATE = [`${V4[0]}:80 -m -w 1`, `${V4[1]}:80 -m -w 2`]

/** Tells the story; `t` gets one assertion a fact. */
export async function lvsFormsStory(t: Test, start: StartRouter): Promise<void> {
  await withLab(async lab => {
    const { client, director, web1, web2 } = await buildFormsNetwork(lab)
    const router = await start(director, CONFIGURATION)
    await untilTable([router], table(QUORATE))
    t.pass('the table is what the configuration says')

    const pages = async (address: string, port: number, times = 4) => {
      const seen: string[] = []
      for (let i = 0; i < times; i++) seen.push(await visit(client, address, port))
      return seen
    }
    const ways = {
      nat: [nat, 80],
      group: [nat, 81],
      tunnel: [tunnel, 80],
      IPv6: [nat6, 80],
      mark: [marked, 8080],
    } as const
    for (const [way, [address, port]] of Object.entries(ways)) {
      t.strictSame([...new Set(await pages(address, port))].sort(), ['web1', 'web2'], `${way}: pages of both`)
    }
    t.equal(new Set(await pages(persistent, 80)).size, 1, 'persistence: pages of one')

    // Weight 2 is quorum enough; weight 1 is not, and then the sorry server stands alone.
    await web1.stop()
    await untilTable([router], table([`${V4[0]}:80 -m -w 0`, `${V4[1]}:80 -m -w 2`]))
    t.strictSame(await pages(quorum, 80, 3), ['web2', 'web2', 'web2'], 'a quorum without web1')
    await web1.start()
    await untilTable([router], table(QUORATE))
    await web2.stop()
    await untilTable([router], table([`${V4[0]}:80 -m -w 0`, '10.1.0.13:80 -m -w 1']))
    t.strictSame(await pages(quorum, 80, 2), ['sorry', 'sorry'], 'without a quorum the sorry server')
    await web2.start()
    await untilTable([router], table(QUORATE))
    await router.stop()
    t.equal(await savedTable(director), '', 'nothing is left')
  })
}
