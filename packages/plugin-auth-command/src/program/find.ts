import {access, constants, stat} from 'node:fs/promises'
import path from 'node:path'

export type FoundProgram =
  | {readonly kind: 'found'; readonly file: string}
  | {readonly kind: 'missing'}
  /** There, but no file that this user may execute. */
  | {readonly kind: 'not-executable'; readonly file: string}

/** The file that a program's name stands for: itself if absolute, else the first in `folders` that can be executed. */
export async function findProgram(name: string, folders: readonly string[]): Promise<FoundProgram> {
  const files = path.isAbsolute(name) ? [name] : folders.flatMap((folder) => named(path.join(folder, name)))
  let blocked: string | undefined
  for (const file of files) {
    const state = await stateOf(file)
    if (state === 'executable') return {kind: 'found', file}
    if (state === 'blocked') blocked ??= file
  }

  return blocked === undefined ? {kind: 'missing'} : {kind: 'not-executable', file: blocked}
}

/** Windows starts only what bears an ending; a `.cmd` would need a shell. */
function named(file: string): readonly string[] {
  return process.platform === 'win32' && path.extname(file) === '' ? [`${file}.exe`, `${file}.com`] : [file]
}

async function stateOf(file: string): Promise<'absent' | 'blocked' | 'executable'> {
  try {
    if (!(await stat(file)).isFile()) return 'blocked'
  } catch {
    // Whatever keeps us from seeing it would keep us from running it.
    return 'absent'
  }

  return access(file, constants.X_OK).then(
    () => 'executable',
    () => 'blocked',
  )
}
