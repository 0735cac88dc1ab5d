import {isObject} from '@superset/identity'
import {randomBytes} from 'node:crypto'
import {readFile} from 'node:fs/promises'
import path from 'node:path'
import {keepFile} from './installation.ts'
import {compareVersions, isVersion, newest} from './release-version.ts'

/** What an installation keeps from version to version, besides its channel. */
export interface Preferences {
  /** Whether it may update by itself. */
  readonly auto: boolean
  readonly id?: string
  /** @see Standing */
  readonly left?: string
}

const FILE = 'update-settings.json'
const ID = /^[\da-f]{32}$/

export async function preferences(root: string): Promise<Preferences> {
  const value = await readValue(root)
  const {auto, id, left} = isObject(value) ? value : {}
  return {
    auto: auto !== false,
    ...(typeof id === 'string' && ID.test(id) && {id}),
    ...(typeof left === 'string' && isVersion(left) && {left}),
  }
}

/** Only who holds the lock may call it. @param change `undefined` takes a setting away */
export async function changePreferences(
  root: string,
  change: {readonly [K in keyof Preferences]?: Preferences[K] | undefined},
): Promise<void> {
  keepFile(root, FILE, `${JSON.stringify({...(await preferences(root)), ...change}, null, 2)}\n`)
}

/**
 * Who goes back leaves what was current; who goes there again has changed his mind. Only who holds the lock may call it.
 */
export async function rememberLeft(root: string, from: string, to: string): Promise<void> {
  const {left} = await preferences(root)
  if (compareVersions(to, from) < 0) await changePreferences(root, {left: newest([from, left ?? from])})
  else if (left !== undefined && compareVersions(to, left) >= 0) await changePreferences(root, {left: undefined})
}

/** The number of this installation, made when it is first needed. Only who holds the lock may call it. */
export async function installationId(root: string): Promise<string> {
  const {id} = await preferences(root)
  if (id !== undefined) return id
  const made = randomBytes(16).toString('hex')
  await changePreferences(root, {id: made})
  return made
}

async function readValue(root: string): Promise<unknown> {
  try {
    return JSON.parse(await readFile(path.join(root, FILE), 'utf8'))
  } catch (error) {
    if (error instanceof SyntaxError || (error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw error
  }
}
