/**
 * A source file as the architecture test sees it: its imports, and what is forbidden in it.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import ts from 'typescript'

/** The root of the package. */
export const ROOT = fileURLToPath(new URL('../../../', import.meta.url))

/** One import or re-export. */
export interface Import {
  readonly specifier: string
  readonly line: number
  /** Loaded by `import()`. */
  readonly dynamic: boolean
  /** For a relative specifier: the file from the root of the package, `lib/net/ip.ts`. */
  readonly file: string | undefined
}

/** A file of the source tree. */
export interface SourceFile {
  /** From the root of the package: `lib/net/ip.ts`. */
  readonly path: string
  readonly text: string
  readonly lines: number
  readonly imports: readonly Import[]
  readonly syntax: ts.SourceFile
}

/** Every file below a folder, from the root of the package. None when there is no such folder. */
export function listFiles(folder: string): string[] {
  if (!existsSync(ROOT + folder)) return []
  return readdirSync(new URL(`${folder}/`, `file://${ROOT}`), { recursive: true, withFileTypes: true })
    .filter(entry => entry.isFile())
    .map(entry => `${entry.parentPath}/${entry.name}`.replace(/\/+/g, '/').slice(ROOT.length))
    .sort()
}

/** Reads the TypeScript files of some folders. */
export function readSources(...folders: readonly string[]): SourceFile[] {
  return folders
    .flatMap(listFiles)
    .filter(path => path.endsWith('.ts') && !path.endsWith('.d.ts'))
    .map(path => {
      const text = readFileSync(ROOT + path, 'utf8')
      const syntax = ts.createSourceFile(path, text, ts.ScriptTarget.ES2023, true)
      return { path, text, lines: text.split('\n').length - 1, imports: readImports(syntax), syntax }
    })
}

/** Calls `visit` with every node of the file. */
export function walk(node: ts.Node, visit: (node: ts.Node) => void): void {
  visit(node)
  node.forEachChild(child => walk(child, visit))
}

/** The line of a node, from 1. */
export function lineOf(node: ts.Node): number {
  const file = node.getSourceFile()
  return file.getLineAndCharacterOfPosition(node.getStart(file)).line + 1
}

function readImports(syntax: ts.SourceFile): Import[] {
  const imports: Import[] = []
  const add = (specifier: ts.Node | undefined, dynamic: boolean) => {
    if (specifier === undefined || !ts.isStringLiteral(specifier)) return
    const file = specifier.text.startsWith('.')
      ? new URL(specifier.text, `file:///${syntax.fileName}`).pathname.slice(1)
      : undefined
    imports.push({ specifier: specifier.text, line: lineOf(specifier), dynamic, file })
  }
  walk(syntax, node => {
    if (ts.isImportDeclaration(node) || ts.isExportDeclaration(node)) add(node.moduleSpecifier, false)
    if (ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword) add(node.arguments[0], true)
    if (ts.isImportTypeNode(node) && ts.isLiteralTypeNode(node.argument)) add(node.argument.literal, false)
  })
  return imports
}

/** Constructs that this source does without, each as `line: what`. */
export function forbiddenConstructs({ syntax, text }: SourceFile): string[] {
  const found: string[] = []
  const say = (node: ts.Node, what: string) => found.push(`${lineOf(node)}: ${what}`)
  walk(syntax, node => {
    if (node.kind === ts.SyntaxKind.AnyKeyword) say(node, 'any')
    if (ts.isNonNullExpression(node)) say(node, 'non-null assertion')
    if (ts.isPropertyDeclaration(node) && node.exclamationToken !== undefined) say(node, 'definite assignment')
    if (ts.isEnumDeclaration(node)) say(node, 'enum')
    if (ts.isModuleDeclaration(node)) say(node, 'namespace')
    if (ts.isExportAssignment(node) || node.kind === ts.SyntaxKind.DefaultKeyword) {
      if (!ts.isDefaultClause(node.parent) && !ts.isDefaultClause(node)) say(node, 'default export')
    }
  })
  for (const [index, line] of text.split('\n').entries()) {
    if (/@ts-(ignore|expect-error|nocheck)|biome-ignore|\b(TODO|FIXME|XXX)\b/.test(line)) {
      found.push(`${index + 1}: ${line.trim()}`)
    }
  }
  return found
}

/** What makes a result depend on more than the arguments, each as `line: what`. */
export function impurities({ syntax }: SourceFile): string[] {
  const found: string[] = []
  walk(syntax, node => {
    const text = node.getText(syntax)
    if (ts.isPropertyAccessExpression(node) && ['Date.now', 'Math.random', 'globalThis'].includes(text)) {
      found.push(`${lineOf(node)}: ${text}`)
    }
    if (ts.isNewExpression(node) && text === 'new Date()') found.push(`${lineOf(node)}: ${text}`)
  })
  return found
}

/** Exported declarations without a doc comment, each as `line: name`. */
export function undocumentedExports({ syntax }: SourceFile): string[] {
  const found: string[] = []
  for (const statement of syntax.statements) {
    const exported =
      ts.canHaveModifiers(statement) &&
      ts.getModifiers(statement)?.some(modifier => modifier.kind === ts.SyntaxKind.ExportKeyword)
    if (!exported || ts.getJSDocCommentsAndTags(statement).length > 0) continue
    // Of an overloaded function only the first signature is documented.
    const previous = syntax.statements[syntax.statements.indexOf(statement) - 1]
    const name = (node: ts.Node | undefined) =>
      node !== undefined && ts.isFunctionDeclaration(node) ? node.name?.text : ''
    if (name(statement) !== '' && name(statement) === name(previous)) continue
    found.push(`${lineOf(statement)}: ${statement.getText(syntax).split('\n')[0]}`)
  }
  return found
}
