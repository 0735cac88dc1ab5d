import {realpathSync} from 'node:fs'

/** Whether two paths lead to one folder, links followed; false where one of them leads nowhere. */
export function isSameFolder(one: string, other: string): boolean {
  try {
    return realpathSync(one) === realpathSync(other)
  } catch {
    return false
  }
}
