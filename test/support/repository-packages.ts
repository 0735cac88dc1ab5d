import {existsSync, globSync, readFileSync, realpathSync} from 'node:fs'
import path from 'node:path'
import type {Registry} from './registry.ts'

const root = path.resolve(import.meta.dirname, '../..')

export interface PackageManifest {
  readonly name: string
  readonly version: string
  readonly bin?: string | Readonly<Record<string, string>>
  readonly dependencies?: Readonly<Record<string, string>>
  readonly devDependencies?: Readonly<Record<string, string>>
}

export function manifestOf(folder: string): PackageManifest {
  return JSON.parse(readFileSync(path.join(folder, 'package.json'), 'utf8')) as PackageManifest
}

/** Folders of what this repository is built of, by `name@version`; an alias counts as what it stands for. */
export function repositoryPackages(): ReadonlyMap<string, string> {
  const {dependencies, devDependencies} = manifestOf(root)
  const named = Object.keys({...dependencies, ...devDependencies}).map((name) => path.join(root, 'node_modules', name))
  const folders = [...named, ...globSync('packages/*/', {cwd: root}).map((folder) => path.join(root, folder))]
  return new Map(
    folders.map((folder) => {
      const {name, version} = manifestOf(folder)
      return [`${name}@${version}`, realpathSync(folder)]
    }),
  )
}

/** Publishes a package that is installed here, with all that it depends on: so no other registry is asked. */
export function publishInstalled(registry: Registry, folder: string): void {
  const {dependencies = {}, name, version} = manifestOf(folder)
  if (registry.has(name, version)) return
  const files = globSync('**/*', {cwd: folder, exclude: isLeftOut, withFileTypes: true})
    .filter((entry) => entry.isFile() && !/(?:\.map|\.md|\.d\.[cm]?ts)$/.test(entry.name))
    .map((entry) => path.join(entry.parentPath, entry.name))
  registry.publish(Object.fromEntries(files.map((file) => [path.relative(folder, file), readFileSync(file)])))
  for (const needed of Object.keys(dependencies)) publishInstalled(registry, installedFor(folder, needed))
}

function isLeftOut({name}: {readonly name: string}): boolean {
  return name === 'node_modules' || name === 'test'
}

/** As Node looks for it. */
function installedFor(folder: string, name: string): string {
  for (let above = folder; above !== path.dirname(above); above = path.dirname(above)) {
    const found = path.join(above, 'node_modules', name)
    if (existsSync(found)) return realpathSync(found)
  }

  throw new Error(`${name} is not installed for ${folder}`)
}
