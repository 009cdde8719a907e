/**
 * Which commands can run, as whom, and which may not: users, paths, rights, the security of paths.
 */
import { chmodSync, chownSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t, { type Test } from 'tap'
import { defaultScriptUser, lookUpUser, prepareCommand, unsafeComponent } from '../../lib/process/index.ts'

const database = {
  passwd: 'root:x:0:0:root:/root:/bin/sh\n# a comment\nkeepalived_script:x:990:991::/:/bin/false\nbroken:x\n',
  group: 'root:x:0:\nops:x:44:alice,bob\n',
}
const root = { name: 'root', uid: 0, gid: 0 }
const isRoot = process.getuid?.() === 0
const skip = !isRoot && 'needs root'

/** A script below a directory of the file system's root that belongs to root alone. */
function place(t: Test, mode = 0o755): { readonly directory: string; readonly script: string } {
  const directory = t.testdir({})
  const script = join(directory, 'notify.sh')
  writeFileSync(script, '#!/bin/sh\n')
  chmodSync(directory, 0o755)
  chmodSync(script, mode)
  return { directory, script }
}

t.test('users and groups by name', async t => {
  t.strictSame(lookUpUser('keepalived_script', undefined, database), { name: 'keepalived_script', uid: 990, gid: 991 })
  t.strictSame(lookUpUser('root', 'ops', database), { name: 'root', uid: 0, gid: 44 })
  t.strictSame(lookUpUser('alice', undefined, database), { problem: "user 'alice' does not exist" })
  t.strictSame(lookUpUser('broken', undefined, database), { problem: "user 'broken' does not exist" })
  t.strictSame(lookUpUser('root', 'staff', database), { problem: "group 'staff' does not exist" })
})

t.test("without script_user: keepalived's user if there is one, else root", { skip }, async t => {
  t.strictSame(defaultScriptUser(database), { name: 'keepalived_script', uid: 990, gid: 991 })
  t.strictSame(defaultScriptUser({ passwd: '', group: '' }), root)
})

t.test('a program is found as execvp does, or the reason is told', { skip }, async t => {
  const { directory, script } = place(t)
  const policy = { user: root, security: false }
  const prepared = prepareCommand({ arguments: [script, 'master', 'a b'] }, policy)
  t.match(prepared, { path: script, arguments: ['master', 'a b'], user: root })
  t.match(prepareCommand({ arguments: ['sh'] }, policy), { path: /^\/.*\/sh$/ })
  const problemOf = (...words: string[]) => prepareCommand({ arguments: words }, policy)
  t.strictSame(problemOf('no-such-program-here'), { problem: "there is no 'no-such-program-here' in the search path" })
  t.strictSame(problemOf(`${directory}/none.sh`), { problem: `${directory}/none.sh does not exist` })
  t.strictSame(problemOf(directory), { problem: `${directory} is not a regular file` })
  chmodSync(script, 0o644)
  t.strictSame(problemOf(script), { problem: `${script} is not executable for user 'root'` })
  t.match(prepareCommand({ arguments: ['sh'], user: 'no-such-user' }, policy), { problem: /does not exist/ })
})

t.test('the rights that count are those of the user', { skip }, async t => {
  const { script } = place(t, 0o710)
  const prepare = (uid: number, gid: number) =>
    prepareCommand({ arguments: [script] }, { user: { name: 'x', uid, gid }, security: true })
  t.match(prepare(1234, 1234), { problem: /not executable for user 'x'/ })
  chownSync(script, 0, 1234)
  t.match(prepare(1234, 1234), { path: script })
  chownSync(script, 1234, 0)
  chmodSync(script, 0o100)
  t.match(prepare(1234, 1234), { path: script })
})

t.test('what others than root can change', { skip }, async t => {
  const { directory, script } = place(t)
  const base = unsafeComponent(directory)
  if (base !== undefined) return t.comment(`this machine's ${base} is unsafe already`)
  t.equal(unsafeComponent(script), undefined)
  chmodSync(script, 0o775)
  t.equal(unsafeComponent(script), undefined, 'writable by group root')
  chownSync(script, 0, 1234)
  t.equal(unsafeComponent(script), script, 'writable by another group')
  chmodSync(script, 0o757)
  t.equal(unsafeComponent(script), script, 'writable by all')
  chmodSync(script, 0o755)
  t.equal(unsafeComponent(script), undefined)
  chmodSync(directory, 0o777)
  t.equal(unsafeComponent(script), directory, 'the directory is writable')
  chmodSync(directory, 0o1777)
  t.equal(unsafeComponent(script), undefined, 'sticky')
  chownSync(script, 1234, 0)
  t.equal(unsafeComponent(script), script, 'of another owner')
})

t.test('a symbolic link is as safe as both ends', { skip }, async t => {
  const { directory, script } = place(t)
  if (unsafeComponent(directory) !== undefined) return
  mkdirSync(join(directory, 'open'))
  chmodSync(join(directory, 'open'), 0o777)
  const target = join(directory, 'open', 'target.sh')
  writeFileSync(target, '#!/bin/sh\n')
  chmodSync(target, 0o755)
  const link = join(directory, 'link.sh')
  symlinkSync(target, link)
  t.equal(unsafeComponent(link), join(directory, 'open'))
  const back = join(directory, 'open', 'back.sh')
  symlinkSync(script, back)
  t.equal(unsafeComponent(back), join(directory, 'open'))
})

t.test('security refuses, or warns, and lets ordinary users be', { skip }, async t => {
  const { script } = place(t, 0o777)
  const prepare = (security: boolean, user = root) => prepareCommand({ arguments: [script] }, { user, security })
  t.match(prepare(true), { problem: /^others than root can change .*, and enable_script_security forbids that$/ })
  t.match(prepare(false), { path: script, warning: /^others than root can change / })
  const ordinary = prepare(true, { name: 'x', uid: 1234, gid: 1234 })
  t.match(ordinary, { path: script })
  t.notOk('warning' in ordinary)
})
