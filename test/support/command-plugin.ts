import {globSync} from 'node:fs'
import {mkdir, readFile, writeFile} from 'node:fs/promises'
import path from 'node:path'
import type {Home} from './cli.ts'
import type {PackageFiles} from './registry.ts'

const root = path.resolve(import.meta.dirname, '../..')

export const COMMAND_PLUGIN = '@superset/plugin-auth-command'

/** A package of this repository as `npm publish` would take it. */
export async function packageFiles(folder: string): Promise<PackageFiles> {
  const base = path.join(root, 'packages', folder)
  const names = ['package.json', ...globSync('dist/**/*.js', {cwd: base})]
  return Object.fromEntries(
    await Promise.all(names.map(async (name) => [name, await readFile(path.join(base, name), 'utf8')] as const)),
  )
}

/** Writes the profile's file as a person would. */
export async function setCommand(home: Home, settings: object, profile = 'default'): Promise<string> {
  const file = path.join(home.superset, 'cli', 'profiles', `${profile}.json`)
  await mkdir(path.dirname(file), {recursive: true, mode: 0o700})
  await writeFile(file, JSON.stringify({plugins: {[COMMAND_PLUGIN]: settings}}), {mode: 0o600})
  return file
}
