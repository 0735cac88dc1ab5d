import path from 'node:path'
import {setTimeout as pause} from 'node:timers/promises'
import {busy} from './problems.ts'
import {holdFile} from '../locks/hold-file.ts'

/** The right to change an installation. */
const LOCK = 'update.lock'
const LOOK_AGAIN_MS = 200

/** @returns the lock, or `undefined` while another update has it */
export async function tryLock(root: string): Promise<Disposable | undefined> {
  return holdFile(path.join(root, LOCK))
}

/**
 * Waits for another update to end.
 * @param waiting called once, when there is something to wait for
 * @throws Problem UPDATE_BUSY (75)
 */
export async function lock(
  root: string,
  {signal, waiting, waitMs}: {readonly signal: AbortSignal; readonly waiting: () => void; readonly waitMs: number},
): Promise<Disposable> {
  const deadline = performance.now() + waitMs
  for (let isFirst = true; ; isFirst = false) {
    const held = await tryLock(root)
    if (held) return held
    if (performance.now() >= deadline) throw busy()
    if (isFirst) waiting()
    await pause(LOOK_AGAIN_MS, undefined, {signal})
  }
}
