import {Plugin} from '@oclif/core'
import {createHash} from 'node:crypto'
import {globSync, mkdirSync, renameSync, statSync, writeFileSync} from 'node:fs'
import {readFile} from 'node:fs/promises'
import path from 'node:path'
import {refuseForeignHome} from '@superset/identity/home'
import {readObject} from '../plugins/plugin-list.ts'
import {describePlugin, faultsOf, hasCommands, hasManifest, type PluginManifest} from '../plugins/manifest.ts'

type Options = ConstructorParameters<typeof Plugin>[0]

interface PluginDescription {
  readonly plugin: Plugin
  /** What its commands could not be described for. */
  readonly faults: readonly string[]
}

/**
 * A plugin, without any of its code being imported. Where it brings no manifest, one is made, once for each state of its
 * files, and kept in the folder of caches.
 */
export async function loadDescribed(
  options: Options,
  {cacheDir}: {readonly cacheDir: string},
): Promise<PluginDescription> {
  const bare = new Plugin(options)
  const root = options.parent ? undefined : options.root
  if (root === undefined || !hasCommands(root) || hasManifest(root)) {
    await bare.load()
    return {plugin: bare, faults: []}
  }

  const manifest = await cached(root, cacheDir)
  const pjson = await readPackage(root)
  const {commands: _commands, ...oclif} = pjson.oclif
  // Without its commands in sight oclif imports none.
  const plugin = new Plugin({...options, pjson: {...pjson, oclif}, ignoreManifest: true})
  await plugin.load()
  plugin.pjson = pjson
  const entries = Object.entries(manifest.commands) as Array<[string, Plugin['commands'][number]]>
  plugin.manifest = {version: manifest.version, commands: Object.fromEntries(entries)}
  plugin.commandIDs = entries.map(([id]) => id)
  plugin.hasManifest = true
  let whole: Promise<Plugin> | undefined
  const find = async (id: string) => {
    whole ??= bare.load().then(() => bare)
    const command = await (await whole).findCommand(id, {must: true})
    return command
  }
  plugin.commands = entries.map(([id, command]) => ({
    ...command,
    load: () => find(id),
    pluginAlias: plugin.alias,
    pluginType: plugin.type,
  }))
  return {plugin, faults: faultsOf(manifest)}
}

async function readPackage(root: string): Promise<Plugin['pjson']> {
  return JSON.parse(await readFile(path.join(root, 'package.json'), 'utf8')) as Plugin['pjson']
}

async function cached(root: string, cacheDir: string): Promise<PluginManifest> {
  const file = path.join(cacheDir, 'plugins', `${stateOf(root)}.json`)
  const known = readObject(file)
  if (known) return known as PluginManifest
  const manifest = await describePlugin(root, {})
  try {
    refuseForeignHome(path.dirname(file))
    mkdirSync(path.dirname(file), {recursive: true})
    writeFileSync(`${file}.${process.pid}`, JSON.stringify(manifest), {mode: 0o600})
    renameSync(`${file}.${process.pid}`, file)
  } catch (error) {
    // Without a folder for caches it is only slow.
    if ((error as NodeJS.ErrnoException).code === undefined) throw error
  }

  return manifest
}

/** Changes whenever a file of the plugin does; what it depends on is not looked at. */
function stateOf(root: string): string {
  const hash = createHash('sha256').update(root)
  for (const file of globSync('**/*.{js,cjs,mjs,ts,json}', {
    cwd: root,
    exclude: (name) => name === 'node_modules',
  }).toSorted()) {
    const {mtimeMs, size} = statSync(path.join(root, file), {throwIfNoEntry: false}) ?? {mtimeMs: 0, size: 0}
    hash.update(`${file}\0${mtimeMs}\0${size}\0`)
  }

  return hash.digest('hex').slice(0, 32)
}
