import {chmod, lstat, readFile} from 'node:fs/promises'
import {basename, dirname} from 'node:path'

import {isProblem} from '@superset/identity'

import {createFolder, openDraft, sweepTemporaries, unlinkIfThere} from '../files/durable-write.ts'
import {inspectFiles, type FileFault} from '../files/inspect.ts'
import {DEFAULT_PROFILE, profilesFolder, quarantineFolder, sessionFolder, sessionsFolder} from '../files/layout.ts'
import {cannotWrite} from '../files/problems.ts'
import {codeOf, listHome, listSafely} from '../files/safe-read.ts'
import {bringPlainHome} from './plain/bring-home.ts'
import {plainProfiles} from './plain/config-file.ts'
import {listRecords} from './sealed/record-files.ts'
import type {KeySource} from './sealed/session-key.ts'
import {sweepSessions} from './sealed/sweep-sessions.ts'

export interface Repairs {
  /** One line each: what was done. */
  readonly done: readonly string[]
  /** What only a person can put right. */
  readonly left: readonly FileFault[]
}

/**
 * What `doctor --fix` does for storage: closes files and folders to others and opens them to their owner (row 61), brings
 * sessions home that a save had to keep elsewhere (row 58), and removes what killed processes left behind a day ago
 * (row 66). Links and other users' files are left: whose they are is not ours to say.
 */
export async function repair(homeDir: string, keys: KeySource): Promise<Repairs> {
  const done: string[] = []
  let left: FileFault[]
  let before: number
  do {
    before = done.length
    left = []
    for (const fault of await inspectFiles(homeDir)) {
      if (fault.kind === 'mode' && (await close(fault))) {
        done.push(`${fault.path}: ${octal(fault.mode)} to ${octal(fault.wanted)}`)
      } else {
        left.push(fault)
      }
    }
    // In a folder that could not be entered before, there may be more.
  } while (done.length > before)

  // Where somebody else's files or links are in the way, records are not moved past them.
  if (left.length > 0) return {done, left}
  const steps = [
    async () => bringSealedHome(homeDir),
    async () => bringAllPlainHome(homeDir),
    async () => sweepTemporaryFiles(homeDir),
    async () => sweepOrphans(homeDir, keys),
  ]
  for (const step of steps) done.push(...(await skippingProblems(step)))
  return {done, left}
}

/** What cannot be mended keeps nothing else from being mended; the checks that follow say why. */
async function skippingProblems(step: () => Promise<readonly string[]>): Promise<readonly string[]> {
  try {
    return await step()
  } catch (error) {
    if (isProblem(error)) return []
    throw error
  }
}

async function bringSealedHome(homeDir: string): Promise<readonly string[]> {
  const done: string[] = []
  for (const sessionId of await listSafely(sessionsFolder(homeDir))) {
    done.push(...(await skippingProblems(() => bringHome(homeDir, sessionId))))
  }

  return done
}

async function bringAllPlainHome(homeDir: string): Promise<readonly string[]> {
  const done: string[] = []
  const bring = async (profile: string) => {
    const from = await bringPlainHome({homeDir, profile})
    return from === undefined ? [] : [`${from}: the session of profile ${profile} was brought back to ${homeDir}`]
  }

  done.push(...(await skippingProblems(() => bring(DEFAULT_PROFILE))))
  for (const profile of await plainProfiles(homeDir)) {
    if (profile !== DEFAULT_PROFILE) done.push(...(await skippingProblems(() => bring(profile))))
  }

  return done
}

/** By path: opening the file could drop a lock that this process holds on it. False where the mode stays what it was. */
async function close(fault: FileFault): Promise<boolean> {
  try {
    await chmod(fault.path, fault.wanted)
    return ((await lstat(fault.path)).mode & 0o777) === fault.wanted
  } catch (error) {
    if (codeOf(error) === '') throw error
    return false
  }
}

async function bringHome(homeDir: string, sessionId: string): Promise<readonly string[]> {
  const folder = sessionFolder(homeDir, sessionId)
  const done: string[] = []
  for (const record of await listRecords({homeDir, sessionId})) {
    if (dirname(record.path) === folder) continue
    await createFolder(folder, homeDir, 'change')
    try {
      await using draft = await openDraft(folder, 0)
      await draft.publishNew(basename(record.path), await readFile(record.path))
    } catch (error) {
      throw cannotWrite(error, folder, 'change')
    }

    await unlinkIfThere(record.path)
    done.push(`${record.path}: brought back to ${folder}`)
  }

  return done
}

async function sweepTemporaryFiles(homeDir: string): Promise<readonly string[]> {
  const done: string[] = []
  for (const folder of [homeDir, profilesFolder(homeDir), quarantineFolder(homeDir)]) {
    const names = await (folder === homeDir ? listHome(folder) : listSafely(folder))
    for (const name of await sweepTemporaries(folder, names)) {
      done.push(`${folder}/${name}: removed, left behind by a killed process`)
    }
  }

  return done
}

async function sweepOrphans(homeDir: string, keys: KeySource): Promise<readonly string[]> {
  const folders = await sweepSessions(homeDir, keys)
  return folders.map((folder) => `${folder}: removed, a session that no profile names`)
}

export function octal(mode: number): string {
  return mode.toString(8).padStart(4, '0')
}
