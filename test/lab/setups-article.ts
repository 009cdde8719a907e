/**
 * The set-ups of the articles, read from their own configurations by hand: the lab is a witness of the library and must
 * not lean on its parser.
 */
import { readFileSync } from 'node:fs'

/** The two nodes of every article. */
export const NODES = ['ka67', 'ka68'] as const

/** A node, by the name that the articles give it. */
export type NodeName = (typeof NODES)[number]

/** What the test must know of one vrrp_instance. */
export interface Member {
  readonly name: string
  readonly interface: string
  readonly priority: number
  /** Its virtual address: each instance of the articles has one. */
  readonly address: string
  /** The names of all instances of its sync group, itself among them; itself alone without a group. */
  readonly group: readonly string[]
}

/** A set-up: for each node the fixture, in words of a file name. */
export interface Article {
  readonly title: string
  readonly files: Readonly<Record<NodeName, string>>
}

const pair = (name: string): Article => ({ title: name, files: { ka67: `${name}-ka67`, ka68: `${name}-ka68` } })

/** All set-ups that are about VRRP. */
export const ARTICLES: readonly Article[] = [
  { title: 'single-network', files: { ka67: 'single-network-master', ka68: 'single-network-backup' } },
  pair('single-network-dual-active'),
  pair('two-networks'),
  pair('two-networks-sync'),
  pair('two-networks-dual-active'),
  pair('two-networks-dual-active-sync'),
  pair('nginx-tracked'),
]

/** The path that the articles give their notify script. */
export const NOTIFY_SH = '/usr/local/keepalived/etc/keepalived/notify.sh'

/** A configuration as it is in the article. */
export function articleText(article: Article, node: NodeName): string {
  const file = new URL(`../../../fixtures/keepalived/${article.files[node]}.conf`, import.meta.url)
  return readFileSync(file, 'utf8')
}

/** Cuts a configuration into its top-level blocks of one kind: name and text. */
function blocks(text: string, keyword: string): readonly (readonly [name: string, text: string])[] {
  return text
    .split(/^(?=vrrp_|global_defs)/m)
    .filter(block => block.startsWith(`${keyword} `))
    .map(block => [block.split(/\s+/)[1] ?? '', block])
}

/** The instances of a configuration, in its order. */
export function readMembers(text: string): readonly Member[] {
  const groups = blocks(text, 'vrrp_sync_group').map(
    ([, block]) => /group\s*\{([^}]*)\}/.exec(block)?.[1]?.trim().split(/\s+/) ?? [],
  )
  return blocks(text, 'vrrp_instance').map(([name, block]) => {
    const value = (pattern: RegExp) => pattern.exec(block)?.[1] ?? ''
    return {
      name,
      interface: value(/interface\s+(\S+)/),
      priority: Number(value(/priority\s+(\d+)/)),
      address: value(/virtual_ipaddress\s*\{\s*(\S+)/),
      group: groups.find(group => group.includes(name)) ?? [name],
    }
  })
}

/** The configuration with a notify script of its own for each instance, so that their words can be told apart. */
export function withScripts(text: string, scriptOf: (instance: string) => string): string {
  let result = text
  for (const [name, block] of blocks(text, 'vrrp_instance')) {
    result = result.replace(block, () => block.replaceAll(NOTIFY_SH, scriptOf(name)))
  }
  return result
}
