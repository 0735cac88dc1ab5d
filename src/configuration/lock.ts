import {EXIT, Problem} from '@superset/identity'
import {type FileLock, tryFileLock} from '@superset/identity/home'

/** A change takes milliseconds; whoever takes longer was stopped in the middle of it. */
const WAIT_MS = 5000
const LOOK_AGAIN_MS = 10

/**
 * Runs `change` while no other process changes the same settings. Without this, of two that read, change and write back at the
 * same moment, the first one's change would be lost.
 * @throws Problem STORE_LOCK_BUSY (75) where another one has been at it for 5 s, and what `change` throws
 */
export function whileLocked<T>(file: string, change: () => T): T {
  using _lock = acquire(file)
  return change()
}

function acquire(file: string): FileLock | undefined {
  const deadline = performance.now() + WAIT_MS
  for (;;) {
    let lock: FileLock | undefined
    try {
      lock = tryFileLock(file)
    } catch {
      // Where no lock can be, the settings can hardly be written, either; whoever writes them says what is wrong.
      return undefined
    }

    if (lock) return lock
    if (performance.now() >= deadline) throw busy(file)
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, LOOK_AGAIN_MS)
  }
}

function busy(file: string): Problem {
  return new Problem({
    code: 'STORE_LOCK_BUSY',
    message: `Another superset has been changing settings for 5 s (${file}).`,
    exit: EXIT.temporary,
    retryable: true,
    suggestions: ['Run the command again.'],
  })
}
