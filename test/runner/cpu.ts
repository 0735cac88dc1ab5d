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
  return `, ${Math.round(own() + cpuSecondsOfChildren())} CPU seconds`
}

/** Of processes that this one started, and that have ended; 0 where the system does not tell. */
export function cpuSecondsOfChildren(): number {
  return existsSync(STAT) ? sum(times().slice(2)) : 0
}

function own(): number {
  return sum(times().slice(0, 2))
}

/** proc(5): user and system time, own and of children that were waited for. */
function times(): readonly number[] {
  // The name, in parentheses, is the second field and may hold blanks; these are the fields 14 to 17.
  const fields = readFileSync(STAT, 'utf8').split(') ').at(-1)?.split(' ').slice(11, 15) ?? []
  return fields.map((ticks) => Number(ticks) / TICKS_PER_SECOND)
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0)
}
