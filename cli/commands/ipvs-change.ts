/**
 * `vrrp-cli ipvs add-service|edit-service|delete-service|add-server|edit-server|delete-server|zero|flush`: one change each.
 */
import type { Command } from 'commander'
import {
  formatDestinationKey,
  type IpvsadmArguments,
  type IpvsadmStatement,
  type IpvsClient,
  statementOf,
} from '../../lib/ipvs/index.ts'
import { withNames } from '../ipvs-names.ts'
import { addAddressOption, addKeyOptions, addServerOptions, addServiceOptions, givenOptions } from '../ipvs-options.ts'
import { ipvsCommand, type OpenIpvs, printProblems, type SessionOptions, withIpvs } from '../ipvs-session.ts'
import { EXIT, type Output } from '../output.ts'

const KEPT = '\nWhat no option mentions stays as it is. Connections go on.'

/** The commands. Each sets the exit code of the process. */
export function changeCommands(output: Output, open: OpenIpvs): readonly Command[] {
  const change = (command: Command): Command =>
    command.action(async (options: SessionOptions & Record<string, unknown>) => {
      process.exitCode = await withIpvs(output, open, options, async client => {
        const statement = await readStatement(command.name() as ChangeName, givenOptions(options), client, output)
        if (statement === undefined) return EXIT.usage
        await execute(client, statement)
        return EXIT.ok
      })
    })
  return [
    change(addServiceOptions(addKeyOptions(ipvsCommand('add-service', 'add a virtual service')))),
    change(addServiceOptions(addKeyOptions(ipvsCommand('edit-service', 'change a virtual service'))))
      .option('--no-persistent', 'take the persistence away')
      .option('--no-pe', 'take the persistence engine away')
      .option('--no-ops', 'take one-packet scheduling away')
      .addHelpText('after', KEPT),
    change(addKeyOptions(ipvsCommand('delete-service', 'delete a virtual service and its servers'))),
    change(addServerOptions(addKeyOptions(ipvsCommand('add-server', 'add a server to a service')))),
    change(addServerOptions(addKeyOptions(ipvsCommand('edit-server', 'change a server of a service')))).addHelpText(
      'after',
      KEPT,
    ),
    change(addAddressOption(addKeyOptions(ipvsCommand('delete-server', 'delete a server of a service')))),
    change(addKeyOptions(ipvsCommand('zero', 'set the counters of a service, or of all, to 0'))),
    ipvsCommand('flush', 'delete all services').action(async (options: SessionOptions) => {
      process.exitCode = await withIpvs(output, open, options, async client => {
        await client.flush()
        return EXIT.ok
      })
    }),
  ]
}

type ChangeName =
  | 'add-service'
  | 'edit-service'
  | 'delete-service'
  | 'add-server'
  | 'edit-server'
  | 'delete-server'
  | 'zero'

async function readStatement(
  command: ChangeName,
  given: IpvsadmArguments,
  client: IpvsClient,
  output: Output,
): Promise<IpvsadmStatement | undefined> {
  const complete = await withNames(names => statementOf(command, given, names))
  const { statement } = complete
  const isEdit = statement?.command === 'edit-service' || statement?.command === 'edit-server'
  const kept = isEdit ? await currentOf(client, statement) : undefined
  // The first reading found what is meant, the second one changes what is there.
  const result = kept === undefined ? complete : await withNames(names => statementOf(command, given, names, kept))
  return printProblems(output, result.problems) ? undefined : result.statement
}

/** What an edit changes; undefined when it is not there, which the kernel says better. */
async function currentOf(
  client: IpvsClient,
  statement: Extract<IpvsadmStatement, { command: 'edit-service' | 'edit-server' | 'add-service' | 'add-server' }>,
) {
  if (!('destination' in statement)) return await client.service(statement.service)
  const name = formatDestinationKey(statement.destination)
  for await (const destination of client.destinations(statement.service)) {
    if (formatDestinationKey(destination) === name) return destination
  }
  return undefined
}

async function execute(client: IpvsClient, statement: IpvsadmStatement): Promise<void> {
  switch (statement.command) {
    case 'add-service':
      return await client.addService(statement.service)
    case 'edit-service':
      return await client.editService(statement.service, statement.service)
    case 'delete-service':
      return await client.deleteService(statement.service)
    case 'add-server':
      return await client.addDestination(statement.service, statement.destination)
    case 'edit-server':
      return await client.editDestination(statement.service, statement.destination, statement.destination)
    case 'delete-server':
      return await client.deleteDestination(statement.service, statement.destination)
    case 'zero':
      return await client.zero(statement.service)
    default:
      throw new TypeError(`${statement.command} is not a change of one entry`)
  }
}
