import {isProblem} from '@superset/identity'
import {spawn} from 'node:child_process'
import {once} from 'node:events'
import {browser} from '../env.ts'
import {openAddress} from './open-address.ts'
import {throughShell} from './shell.ts'

/**
 * Opens a page with `BROWSER`, else as the desktop does. Nothing is said where no browser starts: whoever asked has the
 * address before them.
 */
export async function openPage(address: string): Promise<void> {
  const chosen = browser()
  if (chosen === 'none') return
  if (chosen === undefined) return openAddress(address).catch(ignoreProblem)
  const [shell, line] = throughShell(chosen, address)
  const child = spawn(shell, line, {detached: true, stdio: 'ignore', windowsHide: true})
  await once(child, 'spawn')
  child.unref()
}

function ignoreProblem(error: unknown): void {
  if (!isProblem(error)) throw error
}
