import type {Interfaces} from '@oclif/core'
import {EXIT, isObject} from '@superset/identity'
import {rmSync, writeFileSync} from 'node:fs'
import path from 'node:path'
import {bundledName, noPlugin} from './install.ts'
import type {InstalledPlugin} from '../own-shapes.ts'
import {faultsOf, storedDescription} from './manifest.ts'
import {field, kindOf, type ListedPlugin, readObject, text} from './plugin-list.ts'
import {pluginProblem} from './problems.ts'
import {Stage} from './stage.ts'

const RECORD = '.package-lock.json'

/**
 * Takes plugins away, without npm: it works offline, and for what is broken. What they alone depended on goes with the
 * next installation, or at once with the last plugin.
 * @returns what was listed under those names
 */
export function removePlugins(names: readonly string[], dataDir: string): readonly ListedPlugin[] {
  using stage = Stage.open(dataDir)
  const {dependencies, oclif, ...rest} = stage.read()
  const isLeft = (name: string): boolean => !names.includes(name)
  const gone = oclif.plugins.filter(({name}) => !isLeft(name))
  const left = oclif.plugins.filter(({name}) => isLeft(name))
  stage.write({
    ...rest,
    dependencies: Object.fromEntries(Object.entries(dependencies).filter(([name]) => isLeft(name))),
    oclif: {...oclif, plugins: left},
  })
  if (left.every(({type}) => type === 'link')) {
    stage.forgetLock()
    stage.commit()
    return gone
  }

  stage.commitList()
  const modules = path.join(dataDir, 'node_modules')
  for (const {name, type} of gone) if (type === 'user') rmSync(path.join(modules, name), {recursive: true, force: true})
  forget(gone, path.join(modules, RECORD))
  return gone
}

/** Takes everything away, with what npm has written down of it; also a list that cannot be read. */
export function removeAll(dataDir: string): void {
  using stage = Stage.open(dataDir, {mend: true})
  stage.commitNothing()
}

/** npm's record of what is there. */
function forget(gone: readonly ListedPlugin[], file: string): void {
  const record = readObject(file)
  const packages = field(record, 'packages')
  if (!isObject(packages)) return
  const places = gone.map(({name}) => `node_modules/${name}`)
  const left = Object.entries(packages).filter(
    ([place]) => !places.some((one) => place === one || place.startsWith(`${one}/`)),
  )
  writeFileSync(file, JSON.stringify({...record, packages: Object.fromEntries(left)}, null, 2))
}

/** Lists a folder, and describes its commands where it has no manifest. Nothing is installed. @throws Problem PLUGIN_INVALID, PLUGIN_BUNDLED */
export async function linkPlugin(
  root: string,
  {cacheDir, dataDir}: Pick<Interfaces.Config, 'cacheDir' | 'dataDir'>,
  bundled: ReadonlySet<string>,
): Promise<InstalledPlugin> {
  const manifest = readObject(path.join(root, 'package.json'))
  const name = text(manifest, 'name')
  if (!manifest || name === undefined)
    throw pluginProblem('INVALID', faultOfFolder(root), {
      exit: EXIT.usage,
      suggestions: ['Name the folder that holds the package.json of your plugin.'],
    })
  if (!isObject(field(manifest, 'oclif'))) throw noPlugin(name)
  if (bundled.has(name)) throw bundledName(name)
  using stage = Stage.open(dataDir)
  stage.list({name, type: 'link', root})
  stage.commitList()
  const faults = faultsOf(await storedDescription(root, cacheDir, {isAnew: true}))
  return {name, version: text(manifest, 'version') ?? '', faults}
}

function faultOfFolder(root: string): string {
  if (kindOf(root) !== 'folder') return `There is no folder ${root}.`
  if (kindOf(path.join(root, 'package.json')) === undefined) return `${root} holds no package.json.`
  return `The package.json in ${root} cannot be read, or names no package.`
}
