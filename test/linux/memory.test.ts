/**
 * Memory that only the start needed.
 */
import { readFileSync } from 'node:fs'
import t from 'tap'
import { constantsOf, releaseMemory } from '../../lib/linux/memory.ts'

const SMAPS = `00400000-00b6f000 r--p 00000000 fe:00 260689                             /usr/bin/node
Size:               7612 kB
Rss:                7036 kB
Anonymous:             0 kB
00b72000-025fe000 r-xp 00772000 fe:00 260689                             /usr/bin/node
Anonymous:             0 kB
0563a000-0563e000 r--p 05239000 fe:00 260689                             /usr/bin/node
Anonymous:             8 kB
0563e000-0565d000 rw-p 0523d000 fe:00 260689                             /usr/bin/node
Anonymous:            92 kB
7ff700000000-7ff700100000 r--p 00000000 fe:00 1                          /usr/bin/node (deleted)
Anonymous:             0 kB
7ff713e40000-7ff713e50000 r--p 00000000 fe:00 300                        /lib/libc.so.6
Anonymous:             0 kB
7ff720000000-7ff720010000 rw-p 00000000 00:00 0 
Anonymous:            64 kB
`

t.test('constants are what is read-only and as in the file', async t => {
  t.strictSame(constantsOf(SMAPS, '/usr/bin/node'), [{ from: 0x400000n, length: 0x76f000 }])
  t.strictSame(constantsOf(SMAPS, '/usr/bin/other'), [])
  t.strictSame(constantsOf('', '/usr/bin/node'), [])
})

t.test(
  'what is given back is less, and all goes on',
  { skip: process.platform !== 'linux' && 'Linux alone' },
  async t => {
    const constants = () => {
      const smaps = readFileSync('/proc/self/smaps', 'latin1')
      const starts = constantsOf(smaps, process.execPath).map(({ from }) => from.toString(16).padStart(8, '0'))
      const own = smaps.split(/^(?=[0-9a-f]+-[0-9a-f]+ )/m).filter(text => starts.some(start => text.startsWith(start)))
      return own.reduce((sum, text) => sum + Number(/^Rss: +(\d+) kB$/m.exec(text)?.[1]), 0)
    }
    const before = constants()
    t.ok(before > 1000, `${before} kB before`)
    releaseMemory()
    const after = constants()
    t.ok(after < before / 2, `${before} kB, then ${after} kB`)
    // What reads the constants of the program again: a module that was not loaded yet, dates in words, a new context.
    t.equal((await import('node:vm')).runInNewContext('[1, 2].map(String).join()'), '1,2')
    t.type((await import('node:inspector')).Session, 'function')
    t.equal(new Intl.DateTimeFormat('de', { weekday: 'long', timeZone: 'UTC' }).format(0), 'Donnerstag')
  },
)
