/**
 * `vrrp-cli check FILE…`: what is wrong with configurations, each alone and together.
 */
import { hostname } from 'node:os'
import { Command } from 'commander'
import {
  type ClusterNode,
  checkCluster,
  type Diagnostic,
  formatDiagnostic,
  readConfiguration,
} from '../../lib/keepalived/index.ts'
import { checkHere } from '../../lib/router/check-here.ts'
import { configurationFiles } from '../../lib/router/configuration-files.ts'
import { explainCluster } from '../../lib/router/explain.ts'
import { lvsDiagnostics } from '../../lib/router/lvs-plan.ts'
import { EXIT, type Output, processOutput } from '../output.ts'

interface CheckOptions {
  readonly json?: boolean
  readonly here?: boolean
  readonly explain?: boolean
  readonly configId?: string
}

/** The command; sets the exit code of the process to 0 without errors, 1 with. */
export function checkCommand(output: Output = processOutput()): Command {
  return new Command('check')
    .description(
      'check keepalived.conf files; several files are the nodes of one cluster and are checked against each other',
    )
    .argument('<file...>', 'configuration files, one for each node')
    .option('--json', 'print one JSON document: files, diagnostics, ok')
    .option('--explain', 'say in plain words what they do: who wins, after how long, what each tracker changes')
    .option('--here', 'also look at this machine: do the interfaces and scripts exist')
    .option('-i, --config-id <id>', 'keep the lines that start with @id (default: the host name up to its first dot)')
    .action((files: readonly string[], options: CheckOptions) => {
      process.exitCode = check(files, options, output)
    })
}

/** Checks files, prints what was found, returns the exit code. */
function check(files: readonly string[], options: CheckOptions, output: Output): number {
  const configId = options.configId ?? hostname().replace(/\..*/s, '')
  const nodes: ClusterNode[] = []
  const diagnostics: Diagnostic[] = []
  for (const name of new Set(files)) {
    const result = readConfiguration(name, configurationFiles, { configId })
    nodes.push({ name, configuration: result.configuration })
    diagnostics.push(...result.diagnostics, ...lvsDiagnostics(result.configuration))
    if (options.here === true) diagnostics.push(...checkHere(result.configuration))
  }
  diagnostics.push(...checkCluster(nodes))
  const count = (severity: Diagnostic['severity']): number =>
    diagnostics.filter(each => each.severity === severity).length
  const [errors, warnings] = [count('error'), count('warning')]
  if (options.json === true) {
    const explanation = options.explain === true ? { explanation: explainCluster(nodes) } : {}
    const document = { files: nodes.map(node => node.name), diagnostics, ok: errors === 0, ...explanation }
    output.out(JSON.stringify(document, undefined, 2))
  } else {
    for (const diagnostic of diagnostics) output.out(formatDiagnostic(diagnostic))
    if (options.explain === true) for (const line of explainCluster(nodes)) output.out(line)
    output.out(`${plural(nodes.length, 'file')}: ${plural(errors, 'error')}, ${plural(warnings, 'warning')}`)
  }
  return errors === 0 ? EXIT.ok : EXIT.failed
}

function plural(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`
}
