import {realpath, stat} from 'node:fs/promises'
import path from 'node:path'
import {type Check, type IdentityRequest, isProblem} from '@superset/identity'
import {programFile} from '../session/ask.ts'
import {type CommandSettings, settingsFile, settingsOf} from '../settings.ts'

const WORLD_WRITABLE = 0o002
const STICKY = 0o1000

/** The checks of `doctor`: nothing is run. */
export async function diagnose(request: IdentityRequest): Promise<readonly Check[]> {
  const name = 'credential command'
  try {
    const settings = settingsOf(request)
    const programs = programsOf(settings)
    const files = await Promise.all(programs.map((program) => programFile(program, request)))
    const exposed = (await Promise.all(files.map((file) => exposedPart(file)))).filter((part) => part !== undefined)
    const [file] = files
    return [
      {name, outcome: 'pass', message: `${file} can be run.`},
      exposed.length === 0
        ? {name: `${name}: owner`, outcome: 'pass', message: `Nobody else can change ${files.join(', ')}.`}
        : {
            name: `${name}: owner`,
            outcome: 'fail',
            message: `Others can change ${exposed.join(', ')}, and so take your credential.`,
            suggestions: [
              'Make it writable by its owner alone.',
              `Or name another command in ${settingsFile(request)}.`,
            ],
          },
    ]
  } catch (error) {
    if (!isProblem(error)) throw error
    return [{name, outcome: 'fail', message: error.message, suggestions: error.suggestions}]
  }
}

function programsOf({command, login, logout}: CommandSettings): readonly string[] {
  return [...new Set([command, ...(login ? [login[0]] : []), ...(logout ? [logout[0]] : [])])]
}

/** The file or the folder of it (links resolved) that is not in this user's or root's hands alone. */
async function exposedPart(file: string): Promise<string | undefined> {
  const own = process.geteuid?.()
  if (own === undefined) return undefined
  const real = await realpath(file)
  for (const part of [real, path.dirname(real)]) {
    const {mode, uid} = await stat(part)
    // In a sticky folder, such as /tmp, others can add files but not replace this one.
    const open = Boolean(mode & WORLD_WRITABLE) && !(part !== real && mode & STICKY)
    if (open || (uid !== own && uid !== 0)) return part
  }

  return undefined
}
