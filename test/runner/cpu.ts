import {existsSync, readFileSync} from 'node:fs'

const STAT = '/proc/self/stat'
/** What the kernel counts in for programs (`USER_HZ`): the same on every architecture that Node runs on. */
const TICKS_PER_SECOND = 100

/**
 * What this process and all that it started have used of all processors, to be added to a line; nothing where the system
 * does not tell. A process whose parent was killed before it is counted with nobody.
 */
export function cpuSeconds(): string {
  if (!existsSync(STAT)) return ''
  // proc(5): the name, in parentheses, is the second field and may hold blanks; 14 to 17 are user and system time, own
  // and of children that were waited for.
  const fields = readFileSync(STAT, 'utf8').split(') ').at(-1)?.split(' ').slice(11, 15) ?? []
  const ticks = fields.reduce((sum, field) => sum + Number(field), 0)
  return `, ${Math.round(ticks / TICKS_PER_SECOND)} CPU seconds`
}
