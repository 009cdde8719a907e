/**
 * Every set-up of the articles from its own configuration, ours with real keepalived in each role and with itself: both
 * nodes up; each killed, stopped, cut off by link, parted, and brought back. After each event every address has the
 * owner that the rules give it, and every notify script was told the right words in the right order.
 *
 * Most pairs of the articles have equal priorities. `state MASTER` does not decide then: whoever came first stays, and
 * of two masters that meet again the one with the higher address (ka68).
 */
import t, { type Test } from 'tap'
import { labUnavailable } from './available.ts'
import { withLab } from './lab.ts'
import { type StartRouter, startKeepalived, startOurs } from './router.ts'
import { ARTICLES, type Article, NODES, type NodeName } from './setups-article.ts'
import { Cluster } from './setups-cluster.ts'

const PAIRS: readonly (readonly [title: string, launch: Readonly<Record<NodeName, StartRouter>>])[] = [
  ['ours, keepalived', { ka67: startOurs, ka68: startKeepalived }],
  ['keepalived, ours', { ka67: startKeepalived, ka68: startOurs }],
  ['ours, ours', { ka67: startOurs, ka68: startOurs }],
]

// They mostly wait.
t.jobs = ARTICLES.length * PAIRS.length

async function story(t: Test, cluster: Cluster): Promise<void> {
  const { interfaces } = cluster
  for (const node of NODES) {
    await cluster.start(node)
    await cluster.expect(t, `${node} is started`)
  }
  for (const node of NODES) {
    await cluster.crash(node)
    await cluster.expect(t, `${node} is killed`)
    await cluster.start(node)
    await cluster.expect(t, `${node} is back after its death`)
  }
  for (const node of NODES) {
    t.equal(await cluster.stop(node), 0)
    await cluster.expect(t, `${node} is stopped`)
    await cluster.start(node)
    await cluster.expect(t, `${node} is back after its stop`)
  }
  // All cables of each node, and with two networks one of each.
  const cuts = interfaces.length === 1 ? [interfaces] : [interfaces, interfaces.slice(0, 1)]
  for (const cut of cuts) {
    for (const node of NODES) {
      cluster.setCables(node, false, cut)
      await cluster.expect(t, `${node} has no carrier on ${cut}`)
      cluster.setCables(node, true, cut)
      await cluster.expect(t, `${node} has its carrier back on ${cut}`)
    }
    const [node] = cut === interfaces ? NODES : NODES.slice(1)
    if (node === undefined) continue
    await cluster.setPartition(node, true, cut)
    await cluster.expect(t, `${node} is parted on ${cut}`)
    await cluster.setPartition(node, false, cut)
    await cluster.expect(t, `${node} is joined again on ${cut}`)
  }
  for (const node of NODES) await loseNginx(t, cluster, node)
  for (const node of NODES) {
    t.equal(await cluster.stop(node), 0)
    await cluster.expect(t, `${node} is stopped at the end`)
  }
  cluster.expectPeace(t)
}

/** interval 2, fall 2, rise 2: milliseconds until the tracker of the articles has made up its mind. */
const VERDICT = 6000

/** weight -10. */
async function loseNginx(t: Test, cluster: Cluster, node: NodeName): Promise<void> {
  const nginx = cluster.nginx(node)
  if (nginx === undefined) return
  await nginx.stop()
  cluster.forecast.weight.set(node, -10)
  await cluster.expect(t, `nginx of ${node} is stopped`, VERDICT)
  await nginx.start()
  cluster.forecast.weight.delete(node)
  await cluster.expect(t, `nginx of ${node} is started`, VERDICT)
}

function run(article: Article, title: string, launch: Readonly<Record<NodeName, StartRouter>>): void {
  const skip = labUnavailable('keepalived', 'nginx', 'killall', 'curl')
  t.test(`${article.title}: ${title}`, { skip }, async t => {
    await withLab(async lab => story(t, new Cluster(lab, article, launch)))
  })
}

for (const article of ARTICLES) for (const [title, launch] of PAIRS) run(article, title, launch)
