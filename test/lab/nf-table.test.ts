/**
 * The table of nf_tables: its name, priority and counters, and that a table of somebody else is left alone.
 */
import t from 'tap'
import { labUnavailable } from './available.ts'
import type { Host } from './host.ts'
import { withLab } from './lab.ts'
import { startOurs } from './router.ts'

const skip = labUnavailable()

const url = (path: string) => JSON.stringify(new URL(`../../lib/${path}`, import.meta.url).href)
/** Makes the table my-table with a chain `theirs` if that is asked for, and prints what there is: the message (table 1, chain 4, rule 7), its words, its bytes. */
const NFT = `
  import { NetlinkClient, NF_BATCH_BEGIN, NF_BATCH_END, newChain, newTable } from ${url('netlink/index.js')}
  import { LinuxNetlinkSocket } from ${url('linux/netlink-socket.js')}
  const client = new NetlinkClient(new LinuxNetlinkSocket({ protocol: 12 }))
  const table = { family: 4, name: 'my-table' }
  const requests = {
    make: [newTable(table, false), newChain(table, 'theirs', 'input', 5)],
    list: [],
  }[process.argv.at(-1)]
  if (client.commit(NF_BATCH_BEGIN, requests, NF_BATCH_END)) throw new Error('refused')
  for (const type of [1, 4, 7]) {
    for (const { body } of client.dump(0xa00 | type, Uint8Array.of(2, 0, 0, 0), 'tables')) {
      // Behind the header, which has the number of the generation.
      const bytes = Buffer.from(body).subarray(4)
      console.log(type, bytes.toString('latin1').match(/[\\w-]{2,}/g).join(' '), bytes.toString('hex'))
    }
  }
`

/** The lines that are printed then, by message. */
async function nft(host: Host, verb: 'make' | 'list') {
  const printed = await host.run(process.execPath, '--input-type=module', '-e', NFT, verb)
  const lines = printed.split('\n')
  const of = (type: number) => lines.filter(line => line.startsWith(`${type} `))
  return { tables: of(1), chains: of(4), rules: of(7) }
}

t.test('a table of the wanted name, unless somebody has one', { skip }, async t => {
  await withLab(async lab => {
    const a = lab.addHost('a', '10.9.0.1/24')
    const configuration = `global_defs {
    nftables my-table
    nftables_priority -7
    nftables_counters
}
vrrp_instance V {
    interface eth0
    virtual_router_id 7
    version 3
    priority 200
    advert_int 0.05
    no_accept
    virtual_ipaddress {
        10.9.0.100
    }
}`
    let router = await startOurs(a, configuration)
    await a.untilAddress('10.9.0.100')
    const { tables, chains, rules } = await nft(a, 'list')
    t.match(tables, [/ my-table /])
    t.equal(tables.length, 1)
    t.equal(chains.filter(line => / my-table (in|out) .*08000200fffffff9/.test(line)).length, 2, 'of priority -7')
    t.equal(rules.filter(line => / counter .*immediate /.test(line)).length, 2, 'that count')
    await router.stop()
    t.strictSame(await nft(a, 'list'), { tables: [], chains: [], rules: [] })

    const before = await nft(a, 'make')
    t.match(before.chains, [/ my-table theirs /])
    router = await startOurs(a, configuration)
    await a.untilAddress('10.9.0.100')
    const both = await nft(a, 'list')
    t.equal(both.tables.length, 2)
    t.match(
      both.tables.find(line => !before.tables.includes(line)),
      / my-table-\d+-\d+ /,
      'another one beside it',
    )
    await router.stop()
    t.strictSame((await nft(a, 'list')).chains, before.chains, 'theirs is what it was')
  })
})
