import {isObject} from '@superset/identity'
import {spawn} from 'node:child_process'
import {createHash} from 'node:crypto'
import {mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync} from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import {fileURLToPath} from 'node:url'
import {refuseForeignHome, replaceFile} from '@superset/identity/home'
import {field, readObject, text} from './plugin-list.ts'

/** What oclif reads instead of importing the commands; with what is wrong with those that it does not have. */
export interface PluginManifest extends Readonly<Record<string, unknown>> {
  readonly version: string
  readonly commands: Readonly<Record<string, unknown>>
}

const DEADLINE_MS = 10_000
const NAMES = ['oclif.manifest.json', '.oclif.manifest.json']

/** Whether oclif would use the manifest that the plugin brings. */
function hasManifest(root: string): boolean {
  const version = text(readObject(path.join(root, 'package.json')), 'version') ?? ''
  const plain = (one: string): string => one.split('-', 1)[0] ?? ''
  const found = NAMES.map((name) => readObject(path.join(root, name))).find((one) => one !== undefined)
  return isObject(field(found, 'commands')) && plain(text(found, 'version') ?? '') === plain(version)
}

/** Whether there is anything that would have to be imported to be known. */
function hasCommands(root: string): boolean {
  return field(field(readObject(path.join(root, 'package.json')), 'oclif'), 'commands') !== undefined
}

/** What a described plugin is known not to be able to do. */
export function faultsOf(manifest: unknown): readonly string[] {
  const faults = field(field(manifest, 'superset'), 'faults')
  return (Array.isArray(faults) ? faults : []).map((one: unknown) => {
    const command = text(one, 'command')
    const reason = text(one, 'reason') ?? ''
    return command === undefined ? reason : `${command.replaceAll(':', ' ')}: ${reason}`
  })
}

/** Writes the manifest that a plugin lacks into its folder. @returns what is wrong with its commands */
export async function completePlugin(root: string): Promise<readonly string[]> {
  if (!hasCommands(root) || hasManifest(root)) return []
  const manifest = await describePlugin(root)
  rmSync(path.join(root, NAMES[1] ?? ''), {force: true})
  writeFileSync(path.join(root, NAMES[0] ?? ''), `${JSON.stringify(manifest, null, 2)}\n`)
  return faultsOf(manifest)
}

/**
 * The description of a plugin that lacks a manifest and was not completed: of a linked one, into whose folder nothing is
 * written. It is made once, and anew when the plugin is linked or its package.json changes; a start reads it.
 */
export async function storedDescription(
  root: string,
  cacheDir: string,
  {isAnew = false}: {readonly isAnew?: boolean} = {},
): Promise<PluginManifest | undefined> {
  if (!hasCommands(root) || hasManifest(root)) return undefined
  const {mtimeMs, size} = statSync(path.join(root, 'package.json'))
  const state = createHash('sha256').update(`${root}\0${mtimeMs}\0${size}`).digest('hex').slice(0, 32)
  const file = path.join(cacheDir, 'plugins', `${state}.json`)
  const known = isAnew ? undefined : readObject(file)
  if (known && isObject(known['commands'])) return known as PluginManifest
  const manifest = await describePlugin(root)
  try {
    refuseForeignHome(path.dirname(file))
    mkdirSync(path.dirname(file), {recursive: true})
    replaceFile(file, JSON.stringify(manifest))
  } catch (error) {
    // Without a folder for caches it is only slow.
    if ((error as NodeJS.ErrnoException).code === undefined) throw error
  }

  return manifest
}

/** Imports the commands in a process of its own. One that cannot be described has none, and says why. */
async function describePlugin(root: string): Promise<PluginManifest> {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'superset-describe-'))
  try {
    const output = path.join(folder, 'manifest.json')
    const reason = await imported([root, output])
    const manifest = reason === undefined ? readObject(output) : undefined
    if (manifest && isObject(manifest['commands']))
      return {...manifest, version: text(manifest, 'version') ?? '', commands: manifest['commands']}
    const version = text(readObject(path.join(root, 'package.json')), 'version') ?? ''
    const fault = reason ?? 'it ends the process while its commands are imported'
    return {version, commands: {}, superset: {faults: [{reason: fault}]}}
  } finally {
    rmSync(folder, {recursive: true, force: true})
  }
}

function imported(args: readonly string[]): Promise<string | undefined> {
  // As far from here as from the bundle; development runs from the sources.
  const program = fileURLToPath(
    new URL(`../plugins/describe-plugin${path.extname(import.meta.filename)}`, import.meta.url),
  )
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [program, ...args], {stdio: ['ignore', 'ignore', 'pipe']})
    let errors = ''
    child.stderr.setEncoding('utf8').on('data', (data: string) => (errors += data))
    const timer = setTimeout(() => child.kill('SIGKILL'), DEADLINE_MS)
    child.on('error', reject)
    child.on('close', (code, signal) => {
      clearTimeout(timer)
      if (signal === 'SIGKILL') resolve(`its commands take longer than ${DEADLINE_MS / 1000} s to be imported`)
      else resolve(code === 0 ? undefined : `its commands cannot be imported: ${lastError(errors)}`)
    })
  })
}

function lastError(errors: string): string {
  return errors.split('\n').find((line) => /^\w*Error\b/.test(line)) ?? `exit, ${errors.split('\n', 1)[0] ?? ''}`
}
