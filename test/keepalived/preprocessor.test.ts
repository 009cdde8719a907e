/**
 * Includes, conditions, definitions and sequences, and that all of them end.
 */
import t from 'tap'
import { DiagnosticLog } from '../../lib/keepalived/diagnostic-log.ts'
import { Preprocessor, type PreprocessorOptions } from '../../lib/keepalived/preprocessor.ts'
import { memoryReader, type SourceReader } from '../../lib/keepalived/source-reader.ts'

interface Outcome {
  lines: string[]
  codes: string[]
}

function preprocess(text: string, options: PreprocessorOptions = {}, files: Record<string, string> = {}): Outcome {
  const memory = memoryReader({ ...files, 'main.conf': text })
  const reader: SourceReader = { ...memory, environment: name => (name === 'HOME' ? '/root' : undefined) }
  const log = new DiagnosticLog()
  const lines = [...new Preprocessor(reader, log, options).lines('main.conf')].map(line => line.text)
  return { lines, codes: log.sorted().map(each => each.code) }
}

const TABLE: readonly [name: string, text: string, lines: string[], codes?: string[], options?: PreprocessorOptions][] =
  [
    ['@id keeps and drops', '@main a\n@other b\n @^other c\n@^main d', ['a', 'c'], [], { configId: 'main' }],
    ['@id without an id', '@main a\n@^main b', ['b']],
    ['@id with nothing behind it', '@main\n@main ', [], [], { configId: 'main' }],
    ['$NAME at its ends', '$A=1\nx $A\nx $A,y\nx ($A)\nx $A.y\nx ${A}.y', ['x 1', 'x 1,y', 'x (1)', 'x $A.y', 'x 1.y']],
    ['a name alone may start a line', '$A=interface eth0\n$A', ['interface eth0']],
    ['no blank before =', '$A =1\nx $A', ['$A =1', 'x $A']],
    ['an empty value', '$A=\nx${A}y', ['xy']],
    ['values are looked up at their use', '$B=10.2.${S}\n$S=0\n${B}.1\n$S=10\n${B}.1', ['10.2.0.1', '10.2.10.1']],
    ['an undefined name stays', 'x $NO ${NO} "${QUOTED}"', ['x $NO ${NO} "${QUOTED}"'], ['undefined-definition']],
    ['a conditional definition', '@a $P=1\n@b $P=2\npriority $P', ['priority 2'], [], { configId: 'b' }],
    ['a definition that is a condition', '$IF=@a\n$IF x\n$IF y', ['x', 'y'], [], { configId: 'a' }],
    ['a false one', '$IF=@a\n$IF x', [], [], { configId: 'b' }],
    [
      'a body of several lines',
      '$I= \\\nvrrp_instance V${N} { \\\n  @a priority 1 \\\n  @b priority 2 \\\n}\n$N=0\n$I\n$N=1\n$I',
      ['vrrp_instance V0 {', 'priority 2', '}', 'vrrp_instance V1 {', 'priority 2', '}'],
      [],
      { configId: 'b' },
    ],
    [
      'bodies nest',
      '$R= \\\nr ${N} { \\\n}\n$V= \\\nv { \\\n$N=1 \\\n$R \\\n$N=2 \\\n$R \\\n}\n$V',
      ['v {', 'r 1 {', '}', 'r 2 {', '}', '}'],
    ],
    ['a body not at the end of a line stays', '$I= \\\na \\\nb\n$I x\nx $I', ['$I x', 'x a', 'b']],
    ['a skipped definition takes its body along', '@no $I= \\\na \\\nb\nc', ['c'], [], { configId: 'yes' }],
    [
      'built-ins',
      'x ${_HASH}${_BANG} ${_INSTANCE} ${_PWD} ${_ENV HOME} "${_ENV NONE}"',
      ['x #! me . /root ""'],
      [],
      { configId: 'me' },
    ],
    ['a built-in can be replaced', '$_HASH=x\n${_HASH}', ['x']],
    ['~SEQ with an end', '~SEQ(I,3) a$I\n~SEQ(I, 3) b${I}', ['a1', 'a2', 'a3', 'b1', 'b2', 'b3']],
    ['~SEQ start, end, down', '~SEQ(I,2,0) ${I}', ['2', '1', '0']],
    ['~SEQ with a step', '~SEQ(I,0,5,12) ${I}', ['0', '5', '10']],
    ['~SEQ negative end', '~SEQ(I,-2) ${I}', ['-1', '-2']],
    ['~SEQx', '~SEQx(S, 0x90, 0x10, 0xc0) fe80::${S}', ['fe80::90', 'fe80::a0', 'fe80::b0', 'fe80::c0']],
    ['~SEQ with definitions in it', '$N=2\n~SEQ(I,$N) ${I}', ['1', '2']],
    ['~SEQ nests', '~SEQ(A,2) ~SEQ(B,2) ${A}${B}', ['11', '12', '21', '22']],
    ['~LST', '~LST(I, a, b) x ${I}', ['x a', 'x b']],
    ['~LST of several', '~LST({A, B}, {10,1},{20,4}) ${A}.${B}', ['10.1', '20.4']],
    ['~LST and ~SEQ', '~LST(A,x,y) ~SEQ(B,2) ${A}${B}', ['x1', 'x2', 'y1', 'y2']],
    ['~SEQ over a body', '$I= \\\nv${N} { \\\n}\n~SEQ(N,2) $I', ['v1 {', '}', 'v2 {', '}']],
    [
      'wrong sequences',
      '~SEQ(I) x\n~SEQ(I,a) x\n~SEQ(I,1,0,2) x\n~SEQ(I,3\n~LST(I) x\n~LST({A,B},{1}) x\n~SEQ x',
      [],
      Array(7).fill('invalid-sequence'),
    ],
    ['include', 'a\ninclude b.conf\nc', ['a', 'b', 'c']],
    ['include needs the start of a line', '@me include b.conf', ['include b.conf'], [], { configId: 'me' }],
    [
      'include of nothing',
      'include no.conf\nincluder no.conf\ninclude no*.conf\nincludew no*.conf',
      [],
      ['include-missing', 'include-no-match', 'include-no-match'],
    ],
  ]

for (const [name, text, lines, codes = [], options = {}] of TABLE) {
  t.test(name, async t => {
    t.strictSame(preprocess(text, options, { 'b.conf': 'b' }), { lines, codes })
  })
}

t.test('random numbers: in range, the same for the same seed', async t => {
  const text = '~SEQ(I,200) ${_RANDOM 5 9}\n${_RANDOM}'
  const { lines } = preprocess(text)
  t.ok(lines.slice(0, 200).every(line => /^[5-9]$/.test(line)))
  t.equal(new Set(lines.slice(0, 200)).size, 5)
  t.strictSame(preprocess(text).lines, lines)
  t.notSame(preprocess(text, { randomSeed: 1 }).lines, lines)
  t.strictSame(preprocess(`random_seed 7\n${text}`).lines.slice(1), preprocess(text, { randomSeed: 7 }).lines)
})

t.test('positions: of the body for a body, of the use for a value', async t => {
  const log = new DiagnosticLog()
  const text = '$I= \\\n  one \\\n  two\n$V=value\n$I\nx ${V} y'
  const lines = [...new Preprocessor(memoryReader({ f: text }), log).lines('f')]
  t.strictSame(
    lines.map(line => line.positionAt(0)),
    [
      { file: 'f', line: 2, column: 3 },
      { file: 'f', line: 3, column: 3 },
      { file: 'f', line: 6, column: 1 },
    ],
  )
  t.equal(lines[2]?.text, 'x value y')
  t.equal(lines[2]?.positionAt(4).column, 3)
  t.equal(lines[2]?.positionAt(8).column, 8)
})

const RUNAWAYS: readonly [name: string, text: string][] = [
  ['a definition of itself', '$A=x ${A}\n$A'],
  ['two of each other', '$A=${B}${B}\n$B=${A}${A}\n$A'],
  ['a body in itself', '$A= \\\nx \\\n$A\n$A'],
  ['doubling', `$A0=xx\n${Array.from({ length: 60 }, (_, i) => `$A${i + 1}=\${A${i}}\${A${i}}`).join('\n')}\n$A60`],
  ['a huge sequence', '~SEQ(I,1000000000) x'],
  ['nested sequences', '~SEQ(A,99999) ~SEQ(B,99999) ~SEQ(C,99999) x'],
  ['a file in itself', 'include main.conf\nx'],
]
for (const [name, text] of RUNAWAYS) {
  t.test(`ends: ${name}`, async t => {
    const { codes } = preprocess(text)
    t.ok(codes.includes('runaway-expansion') || codes.includes('include-cycle'), codes.join())
  })
}
