/**
 * Lines, comments, quotes, braces, and the columns of what is left.
 */
import t from 'tap'
import { DiagnosticLog } from '../../lib/keepalived/diagnostic-log.ts'
import { decomment, readLines, tokenize } from '../../lib/keepalived/lexer.ts'
import { SourceLine } from '../../lib/keepalived/source-line.ts'

/** Tokens of one line as `column:text`, quoted ones in quotes. */
function lex(text: string): { tokens: string; codes: string[] } {
  const log = new DiagnosticLog()
  const { line } = decomment(SourceLine.of('f', 1, text), log)
  const tokens = tokenize(line).map(token => {
    const body = token.type === 'word' ? (token.quoted ? `"${token.text}"` : token.text) : token.type
    return `${token.position.column}:${body}`
  })
  return { tokens: tokens.join(' '), codes: log.sorted().map(each => each.code) }
}

const TABLE: readonly [text: string, tokens: string, ...codes: string[]][] = [
  ['  interface eth1\t # 对外', '3:interface 13:eth1'],
  ['! a whole line', ''],
  ['# a whole line', ''],
  ['chk#1 x', '1:chk', 'comment-in-word'],
  ['chk!1 x', '1:chk', 'comment-in-word'],
  ['} # closed', '1:}'],
  ['}# closed', '1:}'],
  ['auth_pass a\\#b\\!c', '1:auth_pass 11:a#b!c'],
  ['script "a # b ! c"', '1:script 8:"a # b ! c"'],
  // An escaped quote hides the comment sign, yet ends the word: keepalived counts quotes in two ways.
  ['script "a \\" # b"', '1:script 8:"a \\" 14:# 16:b 17:""'],
  ["script 'a # b'", "1:script 8:'a"],
  ['global_defs{', '1:global_defs 12:{'],
  ['a{b}c', '1:a 2:{ 3:b 4:} 5:c'],
  ['authentication { auth_type PASS }', '1:authentication 16:{ 18:auth_type 28:PASS 33:}'],
  ['notify_"/x fault"', '1:notify_ 8:"/x fault"'],
  ['"a b"c', '1:"a b" 6:c'],
  ['script "{ not a brace }"', '1:script 8:"{ not a brace }"'],
  ['script "never closed # x', '1:script 8:"never closed # x"', 'unterminated-quote'],
  ['priority ${PRIO}', '1:priority 10:${PRIO}'],
  ['router_id 节点 a', '1:router_id 11:节点 14:a'],
  ['router_id 😀 a', '1:router_id 11:😀 13:a'],
  ['a \\', '1:a'],
]

for (const [text, tokens, ...codes] of TABLE) {
  t.test(`tokens of ${JSON.stringify(text)}`, async t => {
    t.strictSame(lex(text), { tokens, codes })
  })
}

t.test('a backslash at the end continues, also behind a comment', async t => {
  const log = new DiagnosticLog()
  const continued = (text: string) => decomment(SourceLine.of('f', 1, text), log).continued
  t.equal(continued('$A= \\'), true)
  t.equal(continued('x # comment \\'), true)
  t.equal(continued('x'), false)
})

t.test('lines: CR LF, no end of line at the end, byte order mark, length in octets', async t => {
  const log = new DiagnosticLog()
  const long = `a ${'节'.repeat(341)}`
  const lines = [...readLines('f', `\ufeffone\r\ntwo\r\r\n\n${long}\nlast`, log)]
  t.strictSame(
    lines.map(line => line.text),
    ['one', 'two', '', '', 'last'],
  )
  t.strictSame(
    log.sorted().map(({ line, code }) => ({ line, code })),
    [
      { line: 1, code: 'byte-order-mark' },
      { line: 4, code: 'line-too-long' },
    ],
  )
  const fits = 'a'.repeat(1024)
  t.strictSame(
    [...readLines('f', fits, new DiagnosticLog())].map(line => line.text.length),
    [1024],
  )
})

t.test('columns survive cutting and replacing', async t => {
  const line = SourceLine.of('f', 7, '  ab cd').trim()
  t.strictSame(line.positionAt(3), { file: 'f', line: 7, column: 6 })
  const replaced = line.splice(0, 2, 'longer')
  t.equal(replaced.text, 'longer cd')
  t.equal(replaced.positionAt(5).column, 3)
  t.equal(replaced.positionAt(7).column, 6)
  t.equal(replaced.slice(7).positionAt(1).column, 7)
})
