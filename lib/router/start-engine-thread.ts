/**
 * Loads what an engine in a thread needs only when somebody wants one: native code, and the ports of Linux.
 */
import type { EngineThread, EngineThreadOptions } from './engine-thread.ts'

/**
 * Starts an engine in a thread of its own, for {@link RouterOptions}. Resolves when it has opened its ports.
 * @example
 * const engine = await startEngineThread({ scheduling: { realTimePriority: 50 } })
 * const router = new Router({ …, engine })
 * @throws VrrpError `ERR_TRANSPORT_UNAVAILABLE` when this is not Linux; SystemError without the capabilities
 */
export async function startEngineThread(options: EngineThreadOptions = {}): Promise<EngineThread> {
  const { EngineThread: Thread } = await import('./engine-thread.ts')
  const thread = new Thread(options)
  await thread.ready
  return thread
}
