import {readFileSync, statSync} from 'node:fs'
import path from 'node:path'
import {EXIT, Problem} from '@superset/identity'

/**
 * Root with another user's HOME (`sudo -E`, `su`) would leave files there that lock their owner out (row 107). Asked by
 * whatever makes a folder or a file, about the nearest folder that there is.
 * @throws Problem STORE_FOREIGN_HOME (78)
 */
export function refuseForeignHome(folder: string): void {
  if (process.geteuid?.() !== 0) return
  for (let at = folder; ; at = path.dirname(at)) {
    const found = statSync(at, {throwIfNoEntry: false})
    if (found === undefined && at !== path.dirname(at)) continue
    if (found !== undefined && found.uid !== 0) throw foreignHome(at, found.uid)
    return
  }
}

function foreignHome(folder: string, owner: number): Problem {
  return new Problem({
    code: 'STORE_FOREIGN_HOME',
    message: `You are root in the home of ${nameOf(owner)} (${folder}); nothing is written there.`,
    exit: EXIT.configuration,
    suggestions: ['Use `sudo -H`, or set SUPERSET_HOME_DIR to a folder of your own.'],
  })
}

function nameOf(owner: number): string {
  const number = `uid ${owner}`
  try {
    const line = readFileSync('/etc/passwd', 'utf8')
      .split('\n')
      .find((each) => each.split(':')[2] === String(owner))
    return line?.split(':')[0] ?? number
  } catch {
    // Users may be kept elsewhere; the number says it as well.
    return number
  }
}
