/**
 * Everything that needs a kernel with IPVS, or ipvlan, in one boot of user-mode Linux. The tests are in `guest`.
 */
import t from 'tap'
import { runInUml, umlUnavailable } from './uml.ts'

t.test('in a kernel with IPVS', { skip: umlUnavailable('keepalived', 'nginx', 'curl') }, async t => {
  await runInUml(t, [
    'lvs-dr-keepalived',
    'lvs-dr-ours',
    'lvs-forms-keepalived',
    'lvs-forms-ours',
    'lvs-annotated',
    'kernel',
    'ipvsadm',
    'ipvs-client',
    'ipvlan',
  ])
})
