/**
 * Into the background: the same command again, in a session of its own; the first process ends when the second one runs.
 */
import { spawn } from 'node:child_process'
import { EXIT, type Output } from './output.ts'

/**
 * Starts this command again in the background. Resolves to the exit code: 0 when the daemon is ready, its own when it ended
 * before.
 * @param extra - arguments that are added to those of this process
 */
export function detach(extra: readonly string[], output: Output): Promise<number> {
  const args = [...process.execArgv, ...process.argv.slice(1), ...extra]
  return new Promise(resolve => {
    const child = spawn(process.execPath, args, { detached: true, stdio: ['ignore', 'ignore', 'pipe', 'ipc'] })
    child.stderr?.on('data', (text: Buffer) => process.stderr.write(text))
    const end = (code: number) => {
      child.removeAllListeners()
      child.stderr?.destroy()
      if (child.connected) child.disconnect()
      child.unref()
      resolve(code)
    }
    child.once('message', () => end(EXIT.ok))
    child.once('close', code => end(code ?? EXIT.failed))
    child.once('error', error => {
      output.err(`vrrp-cli: cannot start in the background: ${error.message}`)
      end(EXIT.failed)
    })
  })
}
