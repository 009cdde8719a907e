/**
 * Tests that need a host each, which is closed after them.
 */
import type { Test } from 'tap'

/** Adds a test with a host of its own. */
export type Scene<Host> = (title: string, body: (t: Test, host: Host) => Promise<void>) => void

/** Scenes of a suite that runs over several kinds of hosts. @param name - which kind this one is */
export function scenesOver<Host extends { close(): void }>(
  t: Test,
  name: string,
  makeHost: () => Promise<Host>,
): Scene<Host> {
  return (title, body) => {
    t.test(`${name}: ${title}`, async t => {
      const host = await makeHost()
      try {
        await body(t, host)
      } finally {
        host.close()
      }
    })
  }
}
