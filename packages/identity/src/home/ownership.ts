import {lstatSync, readFileSync, statSync} from 'node:fs'
import path from 'node:path'
import {EXIT} from '../exit-codes.ts'
import {Problem} from '../problem.ts'

/** Whose files are in a home: root in another user's home (row 107), and what root left in one's own (row 108). */

const ROOT = 0

/**
 * Root with another user's HOME (`sudo -E`, `su`) would leave files there that lock their owner out (row 107). Asked by
 * whatever makes a folder or a file, about the nearest folder that there is.
 * @throws Problem STORE_FOREIGN_HOME (78)
 */
export function refuseForeignHome(folder: string): void {
  if (process.geteuid?.() !== ROOT) return
  for (let at = folder; ; at = path.dirname(at)) {
    const found = statSync(at, {throwIfNoEntry: false})
    if (found === undefined && at !== path.dirname(at)) continue
    if (found !== undefined && found.uid !== ROOT) throw foreignHome(at, found.uid)
    return
  }
}

/**
 * What root left in this user's home (row 108), where that is why `file` cannot be read or written: told instead of the
 * refusal of the file system, which says neither whose it is nor what mends it.
 * @returns a Problem STORE_LEFT_BY_ROOT (78), or `undefined` where the reason is another one
 */
export function leftByRoot(file: string): Problem | undefined {
  const user = process.geteuid?.()
  if (user === undefined || user === ROOT) return undefined
  const left = topmostOf(ROOT, file, user)
  return left === undefined
    ? undefined
    : new Problem({
        code: 'STORE_LEFT_BY_ROOT',
        message: `${left} belongs to ${userName(ROOT)}, who once ran superset in your home.`,
        exit: EXIT.configuration,
        suggestions: [`Give it back to your user: \`${giveBack(left)}\`.`],
      })
}

/** The command, to be copied into a shell, that gives a file or a whole folder back to the user of this process. */
export function giveBack(file: string): string {
  const isPlain = /^[\w./@%+=:,-]+$/.test(file)
  const word = isPlain ? file : `'${file.replaceAll("'", String.raw`'\''`)}'`
  return `sudo chown -R ${process.geteuid?.() ?? ''} ${word}`
}

/** The name of a user, for messages; the number where the passwd file does not know it. */
export function userName(uid: number): string {
  const number = `uid ${uid}`
  try {
    const line = readFileSync('/etc/passwd', 'utf8')
      .split('\n')
      .find((each) => each.split(':')[2] === String(uid))
    return line?.split(':')[0] || number
  } catch {
    // Users may be kept elsewhere; the number says it as well.
    return number
  }
}

/** The topmost of `file` and the folders above it that is `owner`'s and lies in a folder of `user`'s. */
function topmostOf(owner: number, file: string, user: number): string | undefined {
  let topmost: string | undefined
  for (let at = path.resolve(file); at !== path.dirname(at); at = path.dirname(at)) {
    const uid = ownerOf(at)
    if (uid === user) return topmost
    if (uid === owner) topmost = at
    // Below a folder that this user may not enter, nothing can be seen; above it, there may be.
    else if (uid !== undefined) return undefined
  }

  return undefined
}

/** The uid of the owner, `undefined` where it cannot be looked at. */
export function ownerOf(file: string): number | undefined {
  try {
    return lstatSync(file).uid
  } catch {
    return undefined
  }
}

function foreignHome(folder: string, owner: number): Problem {
  return new Problem({
    code: 'STORE_FOREIGN_HOME',
    message: `You are root in the home of ${userName(owner)} (${folder}); nothing is written there.`,
    exit: EXIT.configuration,
    suggestions: ['Use `sudo -H`, or set SUPERSET_HOME_DIR to a folder of your own.'],
  })
}
