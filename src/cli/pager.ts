import {spawn} from 'node:child_process'
import {once} from 'node:events'
import {pager, pagerEnvironment} from '../env.ts'
import {throughShell} from './shell.ts'

/** @returns whether it was shown; else it is left to the caller to print it */
export async function showInPager(text: string): Promise<boolean> {
  const command = pager()
  if (command === undefined) return false
  const [shell, line] = throughShell(command)
  const child = spawn(shell, line, {stdio: ['pipe', 'inherit', 'ignore'], env: {...pagerEnvironment()}})
  // Ctrl-C at the pager is the pager's.
  const ignore = (): void => undefined
  process.on('SIGINT', ignore)
  // Whoever leaves the pager early has seen enough.
  child.stdin.on('error', ignore)
  child.stdin.end(`${text}\n`)
  try {
    const [code] = (await once(child, 'exit')) as [number | null]
    // A shell's words for a program that is not there, or cannot be run.
    return code !== 127 && code !== 126
  } catch (error) {
    if (!(error instanceof Error)) throw error
    return false
  } finally {
    process.off('SIGINT', ignore)
  }
}
