import {createHash} from 'node:crypto'
import {readFile} from 'node:fs/promises'

import {codeOf} from './safe-read.ts'

export const UNKNOWN_MACHINE = 'unknown'

let known: Promise<string> | undefined

/** A fingerprint of this machine's installation (machine-id(5) asks not to show the id itself); `unknown` without one. */
export function thisMachine(): Promise<string> {
  known ??= readMachineId()
  return known
}

/** True when a record was certainly made on another machine: a copied home (row 67b). */
export async function isMadeElsewhere(machine: string): Promise<boolean> {
  const here = await thisMachine()
  return machine !== UNKNOWN_MACHINE && here !== UNKNOWN_MACHINE && machine !== here
}

async function readMachineId(): Promise<string> {
  try {
    const id = (await readFile('/etc/machine-id', 'utf8')).trim()
    if (!/^[0-9a-f]{32}$/.test(id)) return UNKNOWN_MACHINE
    return createHash('sha256').update(`superset machine\0${id}`).digest('base64url')
  } catch (error) {
    // No such file on macOS, on Windows and in many containers; whatever keeps us from reading it, it is not known.
    if (codeOf(error) === '') throw error
    return UNKNOWN_MACHINE
  }
}
