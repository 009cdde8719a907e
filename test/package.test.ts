/**
 * The package as a user gets it: packed, installed into an empty project, imported, required, compiled against, run.
 */
import { execFileSync } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import t from 'tap'
import { listFiles, ROOT } from './architecture/source-file.ts'

const project = mkdtempSync(join(tmpdir(), 'vrrp-ts-package-'))
t.teardown(() => rmSync(project, { recursive: true, force: true }))

const manifest: unknown = JSON.parse(readFileSync(`${ROOT}package.json`, 'utf8'))
const { exports, version } = manifest as { exports: Record<string, unknown>; version: string }
const subpaths = Object.keys(exports)
  .filter(key => key !== './package.json')
  .map(key => `vrrp-ts${key.slice(1)}`)

/** Runs node in the project. */
function node(...args: readonly string[]): string {
  return execFileSync(process.execPath, args, { cwd: project, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] })
}

function npm(cwd: string, ...args: readonly string[]): string {
  return execFileSync('npm', args, { cwd, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] })
}

// Packed as built: the scripts would build again, under the feet of the tests that run meanwhile.
const packed: unknown = JSON.parse(npm(ROOT, 'pack', '--ignore-scripts', '--json', '--pack-destination', project))
const [tarball] = packed as { filename: string; files: { path: string }[] }[]

writeFileSync(join(project, 'package.json'), '{ "name": "consumer", "private": true }')
npm(project, 'install', '--ignore-scripts', '--prefer-offline', '--no-audit', '--no-fund', `./${tarball?.filename}`)
// An optional dependency that did not compile is not there at all.
for (const name of ['raw-socket', 'nan']) rmSync(join(project, 'node_modules', name), { recursive: true, force: true })

t.test('what is shipped', async t => {
  const files = tarball?.files.map(({ path }) => path) ?? []
  const expected =
    /^(dist\/lib\/[a-z0-9/-]+(\.d\.ts|\.js)|dist\/bin\/(vrrp-cli|program|engine-thread|engine)\.cjs|docs\/[a-z-]+\.md|systemd\/vrrp-cli\.service|README\.md|CHANGELOG\.md|LICENSE|package\.json)$/
  t.strictSame(
    files.filter(path => !expected.test(path)),
    [],
  )
  for (const path of [
    'systemd/vrrp-cli.service',
    'README.md',
    'CHANGELOG.md',
    'LICENSE',
    'dist/bin/vrrp-cli.cjs',
    'dist/bin/program.cjs',
    'dist/bin/engine-thread.cjs',
    'dist/bin/engine.cjs',
    'dist/lib/index.d.ts',
  ]) {
    t.ok(files.includes(path), path)
  }
})

t.test('import of every subpath', async t => {
  for (const subpath of subpaths) {
    const names = node('--input-type=module', '-e', `console.log(Object.keys(await import('${subpath}')).length)`)
    t.match(names, /^\d+\n$/, subpath)
  }
})

t.test('require of every subpath gives the same module', async t => {
  for (const subpath of subpaths) {
    const script = `import('${subpath}').then(m => process.stdout.write(String(require('${subpath}') === m)))`
    t.equal(node('-e', script), 'true', subpath)
  }
})

t.test('the root loads no native code', async t => {
  const script = `await import('vrrp-ts'); console.log(JSON.stringify(process.report.getReport().sharedObjects))`
  const objects: unknown = JSON.parse(node('--input-type=module', '-e', script))
  t.strictSame(
    (objects as string[]).filter(path => path.endsWith('.node')),
    [],
  )
})

t.test('types, for a strict consumer that checks libraries too', async t => {
  mkdirSync(join(project, 'node_modules/@types'), { recursive: true })
  symlinkSync(join(ROOT, 'node_modules/@types/node'), join(project, 'node_modules/@types/node'))
  const module = (lines: (subpath: string, name: string) => string) =>
    subpaths.map((subpath, i) => `${lines(subpath, `part${i}`)}\nexport const use${i}: object = part${i}\n`).join('')
  writeFileSync(
    join(project, 'esm.mts'),
    module((subpath, name) => `import * as ${name} from '${subpath}'`),
  )
  writeFileSync(
    join(project, 'cjs.cts'),
    module((subpath, name) => `import ${name} = require('${subpath}')`),
  )
  const options = {
    strict: true,
    skipLibCheck: false,
    noEmit: true,
    target: 'es2023',
    module: 'nodenext',
    types: ['node'],
  }
  writeFileSync(
    join(project, 'tsconfig.json'),
    JSON.stringify({ compilerOptions: { ...options, exactOptionalPropertyTypes: true }, include: ['*.mts', '*.cts'] }),
  )
  t.equal(compile(), '')

  // The other way round: a type that did not resolve would be any, and any fits everything.
  writeFileSync(
    join(project, 'wrong.mts'),
    `import { VrrpError } from 'vrrp-ts'\nexport const wrong: string = VrrpError\n`,
  )
  t.match(compile(), /wrong\.mts\(2,\d+\): error TS2322/)
})

function compile(): string {
  try {
    return node(join(ROOT, 'node_modules/typescript/bin/tsc'), '-p', '.')
  } catch (error) {
    return String((error as { stdout?: unknown }).stdout)
  }
}

t.test('the examples of README and guides compile, and the commands that they name exist', async t => {
  const pages = ['README.md', ...listFiles('docs')].map(path => readFileSync(ROOT + path, 'utf8'))
  const examples = pages.flatMap(page => [...page.matchAll(/^```ts\n(.*?)^```$/gms)].map(([, code = '']) => code))
  t.ok(examples.length >= 5)
  rmSync(join(project, 'wrong.mts'), { force: true })
  for (const [i, example] of examples.entries())
    writeFileSync(join(project, `example${i}.mts`), `${example}\nexport {}\n`)
  t.equal(compile(), '')

  const help = execFileSync(join(project, 'node_modules/.bin/vrrp-cli'), ['--help'], { encoding: 'utf8' })
  for (const [, command = ''] of pages.join('\n').matchAll(/(?:^|[|] )vrrp-cli ([a-z]+)/gm)) {
    t.match(help, new RegExp(`^  ${command} `, 'm'), command)
  }
})

t.test('the command line program', async t => {
  const program = join(project, 'node_modules/.bin/vrrp-cli')
  const run = (...args: readonly string[]) => execFileSync(program, args, { cwd: project, encoding: 'utf8' })
  t.match(run('--help'), /Usage: vrrp-cli/)
  t.equal(run('--version').trim(), version)
})

t.test('runs from a path with a space, like any package', async t => {
  const place = join(project, 'a place')
  mkdirSync(place)
  cpSync(join(project, 'node_modules'), join(place, 'node_modules'), { recursive: true, verbatimSymlinks: true })
  const main = join(place, 'node_modules/vrrp-ts/dist/bin/vrrp-cli.cjs')
  t.match(node(main, '--help'), /Usage: vrrp-cli/)
})
