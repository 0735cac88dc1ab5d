import {createHash} from 'node:crypto'
import {readFile} from 'node:fs/promises'

import {codeOf} from './safe-read.ts'

const UNKNOWN_MACHINE = 'unknown'

let known: Promise<string> | undefined

/**
 * A fingerprint of this machine's installation (machine-id(5) asks not to show the id itself); `unknown` where there is
 * none, as in most containers and on other systems than Linux.
 */
export function thisMachine(): Promise<string> {
  known ??= readMachineId()
  return known
}

/**
 * True when a record was made on another machine (row 67b): a copied home, or one that two machines share. Known there and
 * unknown here, or the other way round, are two machines as well; unknown in both places says nothing against it.
 */
export async function isMadeElsewhere(machine: string): Promise<boolean> {
  return machine !== (await thisMachine())
}

async function readMachineId(): Promise<string> {
  try {
    return fingerprintOfMachine(await readFile('/etc/machine-id', 'utf8'))
  } catch (error) {
    // No such file on macOS, on Windows and in many containers; whatever keeps us from reading it, it is not known.
    if (codeOf(error) === '') throw error
    return UNKNOWN_MACHINE
  }
}

/** @param text what the file holds; nothing, `uninitialized` and zeros alone are no ids (machine-id(5)) */
export function fingerprintOfMachine(text: string): string {
  const id = text.trim()
  if (!/^(?!0{32})[0-9a-f]{32}$/.test(id)) return UNKNOWN_MACHINE
  return createHash('sha256').update(`superset machine\0${id}`).digest('base64url')
}
