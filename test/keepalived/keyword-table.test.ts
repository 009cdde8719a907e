/**
 * The table of keywords, and the page that is made from it.
 */
import { readFileSync } from 'node:fs'
import t from 'tap'
import { formatKeywords, keywordRows } from '../../lib/keepalived/keyword-table.ts'

t.test('docs/keywords.md is what the declarations say', async t => {
  const page = readFileSync(new URL('../../../docs/keywords.md', import.meta.url), 'utf8')
  t.equal(page, formatKeywords(), 'npm run docs:keywords writes it anew')
})

t.test('a keyword is listed once in its block, and says what it means', async t => {
  const rows = keywordRows()
  const names = rows.map(({ block, keyword }) => [...block, keyword].join(' / '))
  t.equal(new Set(names).size, names.length)
  t.strictSame(
    rows.filter(({ doc }) => !doc.endsWith('.')).map(({ keyword }) => keyword),
    [],
  )
})

t.test('what stands in a block that is not supported is not supported either', async t => {
  const row = keywordRows().find(({ block, keyword }) => block.at(-1) === 'bfd_instance' && keyword === 'multiplier')
  t.match(row, { status: 'not-supported', default: '5', argument: 'INTEGER 1..255' })
})
