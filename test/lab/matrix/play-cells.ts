/**
 * Plays cells of the interop matrix, some at a time.
 */
import { messageOf } from '../../../lib/errors.ts'
import { Lab } from '../lab.ts'
import type { Cell } from './cell.ts'
import { inspectWire } from './inspect-wire.ts'
import { type Chapter, Story } from './story.ts'

/** What became of a cell. */
export interface CellResult {
  readonly cell: Cell
  readonly chapters: readonly Chapter[]
  /** None: everything was as it should be. */
  readonly problems: readonly string[]
}

/** How to play. */
export interface PlayOptions {
  /** Milliseconds between the adverts of version 3; version 2 has a second. */
  readonly interval: number
  /** Cells at a time. */
  readonly jobs: number
  /** Called as each cell ends. */
  readonly report: (result: CellResult) => void
}

/** Lines of a long message that are kept at either end. */
const EXCERPT = 15

/** Plays the cells. Resolves when all have been reported. */
export async function playCells(cells: readonly Cell[], { interval, jobs, report }: PlayOptions): Promise<void> {
  // Version 2 takes ten times as long: it goes first, so that nothing is left to wait for at the end.
  const queue = cells.toSorted((a, b) => a.setting.version - b.setting.version)
  const worker = async () => {
    for (let cell = queue.shift(); cell !== undefined; cell = queue.shift()) {
      report(await playCell(cell, cell.setting.version === 2 ? 1 : interval / 1000))
    }
  }
  await Promise.all(Array.from({ length: jobs }, worker))
}

async function playCell(cell: Cell, interval: number): Promise<CellResult> {
  // Two kernels may hold a virtual MAC address for a while: it takes a switch to tell who speaks for it.
  const lab = new Lab({ learning: !cell.setting.unicast })
  const problems: string[] = []
  let story: Story | undefined
  try {
    story = await Story.open(lab, cell, interval)
    await story.elect()
    await story.kill()
    await story.comeBack()
    await story.stopAll()
    problems.push(...inspectWire(cell, story.wire, story.routers))
  } catch (error) {
    problems.push(shorten(messageOf(error)))
  } finally {
    await story?.close()
    lab.close()
  }
  return { cell, chapters: story?.chapters ?? [], problems: [...(story?.problems ?? []), ...problems] }
}

/** The beginning and the end of a message with a whole capture in it. */
function shorten(message: string): string {
  const lines = message.split('\n')
  return lines.length <= 2 * EXCERPT ? message : [...lines.slice(0, EXCERPT), '…', ...lines.slice(-EXCERPT)].join('\n')
}
