import {spawn} from 'node:child_process'
import {once} from 'node:events'
import {browser} from '../env.ts'
import {throughShell} from './shell.ts'

/**
 * Opens an address with what the desktop opens it with, or with `BROWSER`. Whoever started no browser still has the
 * address before them, so nothing is said of that.
 */
export async function openAddress(address: string): Promise<void> {
  const chosen = browser()
  if (chosen === 'none') return
  if (chosen === undefined) {
    const {default: open} = await import('open')
    const child = await open(address)
    child.on('error', () => child.kill())
    return
  }

  const [shell, line] = throughShell(chosen, address)
  const child = spawn(shell, line, {detached: true, stdio: 'ignore', windowsHide: true})
  await once(child, 'spawn')
  child.unref()
}
