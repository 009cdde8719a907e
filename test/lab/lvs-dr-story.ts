/**
 * What the LVS-DR set-up of the seed's article must live through, whoever the directors are: pages in turn, a web
 * server that stops and comes back, a director that dies, no web server left.
 */
import { readFileSync } from 'node:fs'
import type { Test } from 'tap'
import { untilAddress, untilTable } from './director.ts'
import { withLab } from './lab.ts'
import { buildLvsNetwork, VIPS } from './lvs-network.ts'
import type { StartRouter } from './router.ts'
import { Nginx } from './setups-nginx.ts'
import { Connection, visit } from './visitor.ts'

/**
 * A configuration of the article with the two lines that it leaves out or comments out: the sorry server, and the
 * daemon that keeps the other director's connection table up to date.
 */
function configuration(node: 'ka67' | 'ka68'): string {
  const text = readFileSync(new URL(`../../../fixtures/keepalived/lvs-dr-${node}.conf`, import.meta.url), 'utf8')
  return text
    .replaceAll('# sorry_server', 'sorry_server')
    .replace('global_defs {', 'global_defs {\n   lvs_sync_daemon eth1 VI_1')
}

/** What `ipvsadm -Sn` prints with these web servers in the table. */
function table(...servers: readonly string[]): string {
  return VIPS.flatMap(vip => [
    `-A -t ${vip}:80 -s rr\n`,
    ...servers.map(server => `-a -t ${vip}:80 -r ${server}:80 -g -w 1\n`),
  ]).join('')
}

const [WEB8, WEB9] = ['10.16.8.8', '10.16.8.9'] as const

/** `delay_loop 3`, then three more tries one second apart with `connect_timeout 1` each; and as much again for a busy machine. */
const NOTICED = 2 * (3000 + 3 * 2000)

/** Tells the story; `t` gets one assertion a fact. */
export async function lvsDrStory(t: Test, start: StartRouter): Promise<void> {
  await withLab(async lab => {
    const { client, ka67, ka68, web8, web9 } = await buildLvsNetwork(lab)
    const sorry = [new Nginx(ka67), new Nginx(ka68)]
    await Promise.all(sorry.map(nginx => nginx.ready()))
    const directors = await Promise.all([start(ka67, configuration('ka67')), start(ka68, configuration('ka68'))])
    const [first, second] = directors
    await Promise.all([untilAddress(ka67, 'eth1', VIPS[0]), untilAddress(ka68, 'eth1', VIPS[1])])
    await untilTable(directors, table(WEB8, WEB9))
    t.pass('both directors have both web servers behind both addresses')

    /** The pages of each virtual address in turn, as the article's loop of curl gets them. */
    const pages = async (times: number) => {
      const seen: string[][] = []
      for (const vip of VIPS) {
        const ofOne: string[] = []
        for (let i = 0; i < times; i++) ofOne.push(await visit(client, vip))
        seen.push(ofOne)
      }
      return seen
    }
    const inTurn = async (what: string) => {
      for (const ofOne of await pages(4)) {
        t.strictSame([...new Set(ofOne)].sort(), ['web8', 'web9'], `${what}: the client gets the pages of both`)
        t.ok(
          ofOne.every((page, i) => i < 2 || page === ofOne[i - 2]),
          `${what}: in turn`,
        )
      }
    }
    await inTurn('at first')

    // One connection to each web server, through both directors.
    const connections: { readonly connection: Connection; readonly page: string }[] = []
    for (const vip of VIPS) {
      for (let i = 0; i < 2; i++) {
        const connection = await Connection.open(client, vip)
        connections.push({ connection, page: await connection.ask() })
      }
    }
    const goOn = async (what: string, of = connections) => {
      const answers = await Promise.all(of.map(({ connection }) => connection.ask()))
      t.strictSame(
        answers,
        of.map(({ page }) => page),
        `${what}: open connections go on`,
      )
    }
    // The kernel tells its peer of a connection after some packets (sync_threshold 3 50).
    for (let i = 0; i < 3; i++) await goOn(`request ${i + 2}`)

    const stopped = connections.filter(({ page }) => page === 'web9')
    const others = connections.filter(({ page }) => page === 'web8')
    await web9.nginx.stop()
    const gone = await untilTable(directors, table(WEB8), NOTICED)
    t.ok(gone > 2500, `web9 leaves after its retries (${gone.toFixed(0)} ms)`)
    for (const { connection } of stopped) connection.close()
    await goOn('web9 is away', others)
    t.strictSame(new Set((await pages(2)).flat()), new Set(['web8']), 'its share goes to web8')
    await web9.nginx.start()
    await untilTable(directors, table(WEB8, WEB9), NOTICED)
    await inTurn('web9 is back')
    await goOn('web9 is back', others)

    // Its power fails: no farewell, nothing removed, no carrier.
    await first.crash()
    lab.setCable(ka67, false, 'eth1')
    await untilAddress(ka68, 'eth1', VIPS[0])
    await goOn('ka67 died', others)
    await inTurn('ka67 died')

    lab.setCable(ka67, true, 'eth1')
    const again = await start(ka67, configuration('ka67'))
    await untilAddress(ka67, 'eth1', VIPS[0])
    await untilAddress(ka68, 'eth1', VIPS[0], false)
    await untilTable([again, second], table(WEB8, WEB9))
    await goOn('ka67 is back', others)
    await inTurn('ka67 is back')

    for (const { connection } of others) connection.close()
    await Promise.all([web8.nginx.stop(), web9.nginx.stop()])
    await untilTable([again, second], table('127.0.0.1'), NOTICED)
    t.strictSame(await pages(1), [['ka67'], ['ka68']], 'no web server left: each director says sorry')
    await web8.nginx.start()
    await untilTable([again, second], table(WEB8), NOTICED)
    t.strictSame(await pages(1), [['web8'], ['web8']], 'and not any longer when one is back')

    await Promise.all([again.stop(), second.stop()])
    await untilTable([again, second], '')
    t.pass('a director that stops takes its services out of the table')
  })
}
