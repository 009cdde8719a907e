/**
 * Tables as text, against what ipvsadm 1.31 printed of one table; and any table through its text and back.
 */
import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import t from 'tap'
import {
  completeTable,
  formatDestinationKey,
  formatIpvsadm,
  formatListing,
  formatListingHead,
  formatServiceKey,
  type IpvsTable,
  type ListingForm,
  parseIpvsadm,
  runIpvsadmScript,
  Statistics,
} from '../../lib/ipvs/index.ts'
import { tables } from './arbitrary-table.ts'

function read(name: string): string {
  return readFileSync(new URL(`../../../fixtures/ipvs/ipvsadm/${name}.txt`, import.meta.url), 'utf8')
}

/** The table of a text that has nothing wrong in it. */
function tableOf(text: string): IpvsTable {
  const { statements, problems } = parseIpvsadm(text)
  const result = runIpvsadmScript(statements)
  const wrong = [...problems, ...result.problems]
  if (wrong.length > 0) throw new Error(JSON.stringify(wrong))
  return result.table
}

/** A table without its order. */
function byKey(table: IpvsTable) {
  return Object.fromEntries(
    table.map(service => {
      const destinations = service.destinations.map(each => [formatDestinationKey(each), each])
      return [formatServiceKey(service), { ...service, destinations: Object.fromEntries(destinations) }]
    }),
  )
}

t.test('what ipvsadm saves is read, and written back byte for byte', async t => {
  const text = read('saved')
  t.equal(`${formatIpvsadm(tableOf(text)).join('\n')}\n`, text)
})

t.test('each form of the list', async t => {
  // ipvsadm does not save these two.
  const text = read('saved')
    .replace('-r 10.0.0.1:80 -m -w 3', '$& -x 10 -y 5')
    .replace('-r 10.0.0.9:99 -m -w 0', '$& -x 7 -y 6')
    .replace('-w 2147483647', '$& -x 2147483647')
  const services = tableOf(text).map(service => ({
    ...service,
    statistics: new Statistics(),
    destinations: service.destinations.map(destination => ({
      ...destination,
      activeConnections: 0,
      inactiveConnections: 0,
      persistentConnections: 0,
      statistics: new Statistics(),
    })),
  }))
  const forms: readonly ListingForm[] = ['connections', 'stats', 'rate', 'thresholds', 'persistent-conn', 'tun-info']
  for (const form of forms) {
    const lines = [formatListingHead('1.2.1', 4096), ...formatListing(services, { form })]
    t.equal(`${lines.join('\n')}\n`, read(form), form)
  }
})

t.test('large numbers', async t => {
  const [service] = tableOf('-A -t 192.0.2.1:80')
  if (service === undefined) throw new Error('there is one')
  const numbers = [99_999_999n, 100_000_000n, 1_000_000_000n, 100_000_000_000n, 100_000_000_000_000n]
  const listed = { ...service, destinations: [], statistics: new Statistics(numbers) }
  const line = (exact: boolean) => formatListing([listed], { form: 'stats', exact })[2]
  t.equal(line(false), 'TCP  192.0.2.1:80                 99999999  100000K    1000M     100G     100T')
  t.equal(line(true), 'TCP  192.0.2.1:80                 99999999 100000000 1000000000 100000000000 100000000000000')
})

t.test('the order is that of ipvsadm, which subtracts in 32 bits', async t => {
  const order = ['130', '200', '250', '1', '10', '100', '128'].map(first => `-A -t ${first}.0.0.1:80 -s wlc`)
  // As the kernel listed them when ipvsadm printed that order.
  const kernel = ['128', '1', '250', '100', '130', '200', '10'].map(first => `-A -t ${first}.0.0.1:80`)
  const withAnother = (lines: readonly string[], another: string) => [...lines, another].join('\n')
  const text = withAnother(kernel, '-A -t 1.1.1.1:80 -s rr')
  t.strictSame(formatIpvsadm(tableOf(text)), [...order.slice(0, 4), '-A -t 1.1.1.1:80 -s rr', ...order.slice(4)])
})

t.test('any table comes back from its text', async t => {
  fc.assert(
    fc.property(tables(), desired => {
      const table = completeTable(desired)
      t.strictSame(byKey(tableOf(formatIpvsadm(table).join('\n'))), byKey(table))
    }),
    { numRuns: 50 },
  )
})

t.test('no text throws', async t => {
  const words = fc.constantFrom(
    '-A',
    '-a',
    '-t',
    '-f',
    '1.2.3.4:5',
    '-p',
    '-M',
    '64',
    '[::1]:',
    '--',
    '-6',
    '=',
    '-b',
    '\0',
    '--set',
  )
  fc.assert(
    fc.property(fc.array(fc.oneof(words, fc.string()), { maxLength: 8 }), parts => {
      const { statements, problems } = parseIpvsadm(parts.join(' '))
      runIpvsadmScript(statements)
      for (const { line, column } of problems) t.ok(line >= 1 && column >= 1)
    }),
    { numRuns: 500 },
  )
  t.pass('whatever it is')
})
