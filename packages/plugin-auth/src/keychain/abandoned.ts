import {leaveBehind} from '@superset/identity'

let outstanding = 0
let isArmed = false

/**
 * A native keychain call that waits for an unanswered prompt sits in a thread of its own, and nothing can cancel it.
 * When the process ends, C's exit() joins that thread: a command that gave up after 3 s would still be there after 25 s
 * (measured). Replacing the process's image ends all of its threads at once; what takes its place is a Node that does
 * nothing but exit with the same code. Windows has no such call; there the wait remains.
 *
 * It works at `process.exit()`, which the host calls where something was left behind: until then an outstanding call keeps
 * the event loop alive, as any other does.
 */
export function leaveWithoutWaitingFor(call: Promise<unknown>): void {
  outstanding++
  void call.finally(() => outstanding--)
  leaveBehind()
  if (isArmed) return
  isArmed = true
  process.once('exit', (code) => {
    if (outstanding === 0) return
    process.execve?.(process.execPath, [process.execPath, '--eval', `process.exit(${Number(code)})`], {})
  })
}
