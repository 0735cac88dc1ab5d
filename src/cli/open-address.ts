import {EXIT, Problem} from '@superset/identity'
import type {ChildProcess} from 'node:child_process'

/** What opens an address says within this time that it cannot; what can may never end. */
const WATCH_MS = 2000

/**
 * Opens an address as the desktop does: a page in the browser, a deep link in its app.
 * @throws Problem OPEN_FAILED (1)
 */
export async function openAddress(address: string): Promise<void> {
  const {default: open} = await import('open')
  const child = await open(address).catch((error: unknown) => {
    if (error instanceof Error) return undefined
    throw error
  })
  if (child && (await works(child))) return
  throw new Problem({
    code: 'OPEN_FAILED',
    message: `Nothing on this machine opens ${address}.`,
    exit: EXIT.failed,
    suggestions: ['Open it on a machine with the Superset app.', 'With --print it is only printed.'],
  })
}

/** It keeps no process of ours alive. */
function works(child: ChildProcess): Promise<boolean> {
  child.unref()
  return new Promise((resolve) => {
    const timer = setTimeout(() => resolve(true), WATCH_MS)
    child.once('error', () => settle(false))
    child.once('exit', (code) => settle(code === 0))
    function settle(isGood: boolean): void {
      clearTimeout(timer)
      resolve(isGood)
    }
  })
}
