/**
 * PCRE2 expressions as JavaScript understands them.
 */
import t from 'tap'
import { compilePattern } from '../../lib/health/index.ts'

/** Whether a text is found; the expression with its options behind `|`. */
function found(expression: string, text: string, ...options: string[]): boolean {
  return compilePattern({ source: expression, options }).expression.test(text)
}

t.test('what PCRE2 reads otherwise than JavaScript', async t => {
  const cases: [expression: string, text: string, expected: boolean, ...options: string[]][] = [
    ['end$', 'the end', true],
    ['end$', 'the end\n', true],
    ['end$', 'the end\n', false, 'dollar_endonly'],
    ['end$', 'the end\nof it', false],
    ['end$', 'the end\nof it', true, 'multiline'],
    ['^of', 'the end\nof it', false],
    ['^of', 'the end\nof it', true, 'multiline'],
    ['^of', 'the end\rof it', false, 'multiline'],
    ['a.b', 'a\nb', false],
    ['a.b', 'a\rb', true],
    ['a.b', 'a\nb', true, 'dotall'],
    ['HELLO', 'hello', false],
    ['HELLO', 'hello', true, 'caseless'],
    ['(?i)HELLO', 'hello', true],
    ['(?is)A.B', 'a\nb', true],
    ['a b # comment\n c', 'abc', true, 'extended'],
    ['a[ #]b\\ c', 'a#b c', true, 'extended'],
    ['a#b', 'a#b', true],
    ['\\Ahello\\z', 'hello', true],
    ['\\Ahello\\z', 'hello\n', false],
    ['\\Ahello\\Z', 'hello\n', true],
    ['\\Qa.b*\\E+', 'a.b***', true],
    ['\\Qa.b\\E', 'axb', false],
    ['\\x{41}\\x42', 'AB', true],
    ['a\\hb', 'a\tb', true],
    ['a\\Rb', 'a\r\nb', true],
    ['[[:digit:]]+[^[:space:]]', '12x', true],
    ['[]x]+', ']', true],
    ['[^]x]', ']', false],
    ['\\"quoted\\"', '"quoted"', true],
    ['\\<b\\>', '<b>', true],
    ['(\\d+)-\\1', '42-42', true],
    ['(?<year>\\d{4})', 'in 2024', true],
    ['é', Buffer.from('é').toString(), true, 'utf'],
    ['\\x{e9}', 'é', true, 'utf'],
    ['\\x{1F600}', '\u{1F600}', true, 'utf'],
  ]
  for (const [expression, text, expected, ...options] of cases)
    t.equal(found(expression, text, ...options), expected, `/${expression}/ ${options} on ${JSON.stringify(text)}`)
})

t.test('options of the matcher mean nothing here', async t => {
  t.ok(found('a', 'a', 'ucp', 'no_start_optimize', 'never_backslash_c'))
})

t.test('what cannot be done is refused', async t => {
  for (const expression of ['(?>a)b', 'a++', '(?R)', '\\Ka', '[[:nonsense:]]', '(', '\\x{100}'])
    t.throws(() => compilePattern({ source: expression }), expression)
  for (const option of ['nonsense', 'ungreedy'])
    t.throws(() => compilePattern({ source: 'a', options: [option] }), { message: new RegExp(option) })
})
