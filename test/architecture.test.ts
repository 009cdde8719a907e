/**
 * Holds the source to the plan of the house: the tree, who may import whom, the size and the manners of each file.
 */
import { existsSync, readFileSync } from 'node:fs'
import { basename } from 'node:path'
import t from 'tap'
import ts from 'typescript'
import { findCycle } from './architecture/cycles.ts'
import { CRYPTO_FILES, PURE, RULES, VAGUE_NAMES } from './architecture/rules.ts'
import {
  forbiddenConstructs,
  type Import,
  impurities,
  listFiles,
  ROOT,
  readSources,
  type SourceFile,
  undocumentedExports,
} from './architecture/source-file.ts'

const product = readSources('lib', 'cli')
const everything = [...product, ...readSources('test', 'bench')]

/** `packet` of `lib/packet/v2.ts`; `errors`, `barrel` and `cli` as in the table of rules. */
function partOf(path: string): string {
  const [top = '', name = '', ...rest] = path.split('/')
  if (top === 'cli') return 'cli'
  if (rest.length > 0) return name
  return name === 'index.ts' ? 'barrel' : name.replace(/\.ts$/, '')
}

/** What is wrong with one import, by the table; undefined when nothing is. */
function offence({ path }: SourceFile, { specifier, file, dynamic }: Import): string | undefined {
  const part = partOf(path)
  const rule = RULES[part]
  if (rule === undefined) return `${part} is not in the table`
  const allows = (list: readonly string[] = [], name: string) => list.includes('*') || list.includes(name)
  if (file !== undefined) {
    if (!existsSync(ROOT + file)) return 'does not exist, or is not written with its extension'
    const target = partOf(file)
    if (target === part || allows(rule.parts, target)) return undefined
    if (allows(rule.lazy, target)) return dynamic ? undefined : `${part} loads ${target} by import() alone`
    return `${part} may not import ${target}`
  }
  if (specifier === 'node:crypto' && part === 'packet' && !CRYPTO_FILES.test(path)) return 'is for auth, ah and hmac'
  if (specifier.startsWith('node:')) return allows(rule.node, specifier) ? undefined : `${part} may not use it`
  return allows(rule.packages, specifier) ? undefined : `${part} may not use this package`
}

t.test('imports follow the table', async t => {
  const offences = product.flatMap(source =>
    source.imports.flatMap(reference => {
      const text = offence(source, reference)
      return text === undefined ? [] : [`${source.path}:${reference.line} '${reference.specifier}' ${text}`]
    }),
  )
  t.strictSame(offences, [])
})

t.test('the table itself has no cycle, and each rule is about a part that can exist', async t => {
  const named = Object.entries(RULES).filter(([, rule]) => !rule.parts.includes('*'))
  t.equal(findCycle(new Map(named.map(([part, rule]) => [part, new Set(rule.parts)]))), undefined)
  const unknown = Object.values(RULES).flatMap(rule => rule.parts.filter(part => part !== '*' && !(part in RULES)))
  t.strictSame(unknown, [])
})

t.test('no cycles between files or parts, types included', async t => {
  const files = new Map<string, Set<string>>()
  const parts = new Map<string, Set<string>>()
  for (const { path, imports } of product) {
    // import() is left out: it is how a part loads one above it when it is needed, and the table says which.
    const targets = imports.flatMap(({ file, dynamic }) => (file === undefined || dynamic ? [] : [file]))
    files.set(path, new Set(targets))
    const part = partOf(path)
    const others = targets.map(partOf).filter(target => target !== part)
    parts.set(part, new Set([...(parts.get(part) ?? []), ...others]))
  }
  t.equal(findCycle(files)?.join(' -> '), undefined)
  t.equal(findCycle(parts)?.join(' -> '), undefined)
})

t.test('findCycle finds a cycle', async t => {
  const graph = new Map([
    ['a', new Set(['b'])],
    ['b', new Set(['c', 'd'])],
    ['d', new Set(['b'])],
  ])
  t.strictSame(findCycle(graph), ['b', 'd', 'b'])
})

t.test('the tree: one folder a part, one subpath a folder', async t => {
  const parts = new Set(product.filter(({ path }) => path.startsWith('lib/')).map(({ path }) => partOf(path)))
  parts.delete('barrel')
  const manifest: unknown = JSON.parse(readFileSync(`${ROOT}package.json`, 'utf8'))
  const { exports } = manifest as { exports: Record<string, unknown> }
  const subpaths = Object.keys(exports).filter(key => key !== '.' && key !== './package.json')
  t.strictSame(subpaths.sort(), [...parts].map(part => `./${part}`).sort())
  const folders = [...parts].filter(part => part !== 'errors')
  t.strictSame(
    folders.filter(part => !existsSync(`${ROOT}lib/${part}/index.ts`)),
    [],
  )
  t.strictSame(
    [...parts].filter(part => !(part in RULES)),
    [],
    'every part is in the table',
  )
})

t.test('names are kebab-case and say what is in the file', async t => {
  const names = everything.map(({ path }) => path).filter(path => !/^[a-z0-9-]+(\.test)?\.ts$/.test(basename(path)))
  t.strictSame(names, [])
  const vague = everything.map(({ path }) => path).filter(path => VAGUE_NAMES.includes(basename(path, '.ts')))
  t.strictSame(vague, [])
})

t.test('no file is longer than 300 lines', async t => {
  const long = product.filter(({ lines }) => lines > 300)
  t.strictSame(
    long.map(({ path, lines }) => `${path}: ${lines}`),
    [],
  )
})

t.test('each file opens with what it is', async t => {
  const silent = everything.filter(({ text }) => !/^(#!.*\n)?\/\*\*\n? \*? ?\S|^(#!.*\n)?\/\*\* \S/.test(text))
  t.strictSame(
    silent.map(({ path }) => path),
    [],
  )
})

t.test('each export has a doc comment', async t => {
  t.strictSame(
    product.flatMap(source => undocumentedExports(source).map(text => `${source.path}:${text}`)),
    [],
  )
})

t.test('index.ts re-exports and does nothing else', async t => {
  const offenders = product
    .filter(({ path }) => basename(path) === 'index.ts')
    .filter(({ syntax, text }) => {
      const only = syntax.statements.every(node => ts.isExportDeclaration(node) && node.moduleSpecifier !== undefined)
      return !only || !text.includes('@module')
    })
  t.strictSame(
    offenders.map(({ path }) => path),
    [],
  )
})

t.test('no any, !, enum, namespace, default export, suppressed diagnostic, or note to self', async t => {
  const sources = everything.filter(({ path }) => !path.startsWith('test/architecture'))
  t.strictSame(
    sources.flatMap(source => forbiddenConstructs(source).map(text => `${source.path}:${text}`)),
    [],
  )
})

t.test('pure parts read no clock and roll no dice', async t => {
  const pure = product.filter(({ path }) => PURE.includes(partOf(path)))
  t.strictSame(
    pure.flatMap(source => impurities(source).map(text => `${source.path}:${text}`)),
    [],
  )
})

t.test("pure parts compile without Node's types", async t => {
  const file = `${ROOT}tsconfig.pure.json`
  const host: ts.ParseConfigFileHost = {
    ...ts.sys,
    onUnRecoverableConfigFileDiagnostic: diagnostic =>
      t.fail(ts.flattenDiagnosticMessageText(diagnostic.messageText, '\n')),
  }
  const config = ts.getParsedCommandLineOfConfigFile(file, {}, host)
  if (config === undefined) return
  const included = config.fileNames.map(name => name.slice(ROOT.length))
  const forgotten = product.filter(({ path }) => PURE.includes(partOf(path)) && !included.includes(path))
  t.strictSame(
    forgotten.map(({ path }) => path),
    [],
  )
  const complaints = (fileNames: string[]) =>
    ts
      .getPreEmitDiagnostics(ts.createProgram(fileNames, config.options))
      .map(({ file, messageText }) => `${file?.fileName}: ${ts.flattenDiagnosticMessageText(messageText, '\n')}`)
  t.strictSame(complaints(config.fileNames), [])
  const refused = complaints([`${ROOT}test/architecture/impure.ts`]).join('\n')
  for (const name of ['node:fs', 'setTimeout', 'console', 'process'])
    t.match(refused, `'${name}'`, `${name} is unknown`)
})

t.test('nothing names a place of the machine that it was written on', async t => {
  const place = /\/(work\/(main|shared)|tmp\/wt|home\/\w+|Users\/\w+|root)\//
  const files = ['lib', 'cli', 'test', 'bench', 'docs', 'fixtures', 'types', '.ci']
    .flatMap(listFiles)
    .concat('README.md', 'CHANGELOG.md', 'package.json', 'package-lock.json', 'tsconfig.json', 'typedoc.json')
  t.strictSame(
    files.filter(file => existsSync(ROOT + file) && place.test(readFileSync(ROOT + file, 'utf8'))),
    [],
  )
})
