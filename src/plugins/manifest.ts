import {spawn} from 'node:child_process'
import {mkdtempSync, rmSync, writeFileSync} from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import {fileURLToPath} from 'node:url'
import {field, isObject, readObject, text} from './plugin-list.ts'

/** What oclif reads instead of importing the commands; with what is wrong with those that it does not have. */
export interface PluginManifest extends Readonly<Record<string, unknown>> {
  readonly version: string
  readonly commands: Readonly<Record<string, unknown>>
}

const DEADLINE_MS = 10_000
const NAMES = ['oclif.manifest.json', '.oclif.manifest.json']

/** Whether oclif would use the manifest that the plugin brings. */
export function hasManifest(root: string): boolean {
  const version = text(readObject(path.join(root, 'package.json')), 'version') ?? ''
  const plain = (one: string): string => one.split('-', 1)[0] ?? ''
  const found = NAMES.map((name) => readObject(path.join(root, name))).find((one) => one !== undefined)
  return isObject(field(found, 'commands')) && plain(text(found, 'version') ?? '') === plain(version)
}

/** Whether there is anything that would have to be imported to be known. */
export function hasCommands(root: string): boolean {
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

export interface DescribeOptions {
  readonly deadlineMs?: number
}

/** Writes the manifest that a plugin lacks into its folder. @returns what is wrong with its commands */
export async function completePlugin(root: string, describing: DescribeOptions = {}): Promise<readonly string[]> {
  if (!hasCommands(root) || hasManifest(root)) return []
  const manifest = await describePlugin(root, describing)
  rmSync(path.join(root, NAMES[1] ?? ''), {force: true})
  writeFileSync(path.join(root, NAMES[0] ?? ''), `${JSON.stringify(manifest, null, 2)}\n`)
  return faultsOf(manifest)
}

/** Imports the commands in a process of its own. One that cannot be described has none, and says why. */
export async function describePlugin(
  root: string,
  {deadlineMs = DEADLINE_MS}: DescribeOptions,
): Promise<PluginManifest> {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'superset-describe-'))
  try {
    const output = path.join(folder, 'manifest.json')
    const reason = await imported([root, output], deadlineMs)
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

function imported(args: readonly string[], deadlineMs: number): Promise<string | undefined> {
  // As far from here as from the bundle; development runs from the sources.
  const program = fileURLToPath(
    new URL(`../plugin-host/describe-plugin${path.extname(import.meta.filename)}`, import.meta.url),
  )
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [program, ...args], {stdio: ['ignore', 'ignore', 'pipe']})
    let errors = ''
    child.stderr.setEncoding('utf8').on('data', (data: string) => (errors += data))
    const timer = setTimeout(() => child.kill('SIGKILL'), deadlineMs)
    child.on('error', reject)
    child.on('close', (code, signal) => {
      clearTimeout(timer)
      if (signal === 'SIGKILL') resolve(`its commands take longer than ${deadlineMs / 1000} s to be imported`)
      else resolve(code === 0 ? undefined : `its commands cannot be imported: ${lastError(errors)}`)
    })
  })
}

function lastError(errors: string): string {
  return errors.split('\n').find((line) => /^\w*Error\b/.test(line)) ?? `exit, ${errors.split('\n', 1)[0] ?? ''}`
}
