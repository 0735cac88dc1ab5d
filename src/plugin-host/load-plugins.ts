import {isObject, reasonOf} from '@superset/identity'
import {type Config, type Interfaces, Plugin} from '@oclif/core'
import {isSameFolder} from '@superset/identity/home'
import {realpathSync} from 'node:fs'
import path from 'node:path'
import {readFolder} from '../env.ts'
import {currentRun} from '../cli/current-run.ts'
import {faultsOf, storedDescription} from '../plugins/manifest.ts'
import {shareCore} from '../cli/share-core.ts'
import {dropInvalidEntries} from '../plugins/sound-manifest.ts'
import {field, folderOf, type ListedPlugin, readListed, readObject} from '../plugins/plugin-list.ts'
import {isFromRegistry, leftOutLine, type RuleViolation, whyForbidden} from '../policy/plugin-rules.ts'
import type {Policy} from '../policy/policy.ts'

type Plugins = Map<string, Interfaces.Plugin>
type Host = Pick<Config, 'bin' | 'cacheDir' | 'dataDir' | 'plugins'>

/**
 * The program's plugins with the user's, as far as the policy allows them and they are in order. What the policy leaves out is
 * not even looked into. Nothing of a plugin is imported here: what has no manifest is described once, in a process of its
 * own, and its hooks are called by ourselves (`third-party-hooks.ts`).
 * @param tell a line for the person; what is broken is not told in every run, but remembered
 */
export async function loadPlugins(
  bundled: Plugins,
  {bin, policy, tell}: {bin: string; policy: Policy | undefined; tell: (line: string) => void},
): Promise<Plugins> {
  shareCore()
  const config: Host = {bin, cacheDir: readFolder('cache'), dataDir: readFolder('data'), plugins: new Map(bundled)}
  const broken = new Map<string, readonly string[]>()
  const left = new Map<string, string>()
  for (const listed of readListed(config.dataDir)) {
    const why = whyLeftOut(listed, config, policy)
    if (why && policy) left.set(listed.name, leftOutLine(listed.name, why, policy, config.bin))
    else if (why) left.set(listed.name, ownNameLine(listed.name, config.bin))
    else
      await add(listed, config, {
        isAlone: policy?.plugins !== undefined,
        refuse: (line) => void left.set(listed.name, line),
        complain: (line) => void broken.set(listed.name, [...(broken.get(listed.name) ?? []), line]),
      })
  }

  currentRun.leftOut = left
  currentRun.broken = broken
  for (const line of left.values()) tell(line)
  return config.plugins
}

function whyLeftOut(listed: ListedPlugin, config: Host, policy: Policy | undefined): RuleViolation | undefined {
  const {name, tag, type, url} = listed
  if (config.plugins.has(name) || name === policy?.identity?.plugin)
    return {
      key: policy?.identity?.plugin === name ? 'identity.plugin' : 'plugins',
      rule: `keeps the name ${name} for a plugin of its own`,
    }
  if (!policy) return undefined
  const {plugins} = policy
  if (!plugins) return undefined
  const folder = folderOf(listed, config.dataDir)
  const manifest = readObject(path.join(folder, 'package.json'))
  const version = field(manifest, 'version')
  const isElsewhere = type === 'user' && !isInPlace(folder, config.dataDir)
  const verdict = whyForbidden(
    {
      name,
      ...(tag !== undefined && {tag}),
      version: typeof version === 'string' ? version : '',
      unpublished: type === 'link' || url !== undefined || isElsewhere,
    },
    plugins,
  )
  if (verdict) return verdict
  if (field(manifest, 'name') !== name)
    return {key: 'plugins.allowed', rule: 'allows plugins under their own names only'}
  return type === 'user' ? whyUntraceable(name, version, config.dataDir, policy) : undefined
}

/** npm's own record of what it installed, and from where. A folder that somebody put there has none. */
function whyUntraceable(name: string, version: unknown, dataDir: string, {plugins}: Policy): RuleViolation | undefined {
  const {allowed, registries, unpublished} = plugins ?? {}
  if (!registries && (unpublished ?? !allowed)) return undefined
  const packages = field(readObject(path.join(dataDir, 'node_modules', '.package-lock.json')), 'packages')
  const record = field(packages, `node_modules/${name}`)
  if (field(record, 'version') !== version || typeof field(record, 'integrity') !== 'string')
    return {
      key: registries ? 'plugins.registries' : 'plugins.allowed',
      rule: 'allows plugins that npm installed from a registry only',
    }
  const foreign = Object.values(isObject(packages) ? packages : {}).some(
    (one) => !isFromRegistry(String(field(one, 'resolved')), registries ?? ['https://', 'http://']),
  )
  return registries && foreign
    ? {
        key: 'plugins.registries',
        rule: `allows plugins, with all that they depend on, from ${registries.join(', ')} only`,
      }
    : undefined
}

interface LoadCallbacks {
  /** Without what the plugin brings along. */
  readonly isAlone: boolean
  /** Remembered. */
  readonly complain: (line: string) => void
  /** Told in each run. */
  readonly refuse: (line: string) => void
}

async function add(listed: ListedPlugin, config: Host, {complain, isAlone, refuse}: LoadCallbacks): Promise<void> {
  const {name, tag, type, url} = listed
  const root = folderOf(listed, config.dataDir)
  try {
    const plugin = new Plugin({name, root, type, ...(tag !== undefined && {tag}), ...(url !== undefined && {url})})
    const description = await storedDescription(root, config.cacheDir)
    // In the place of what oclif does without a manifest: it would import every command.
    if (description) {
      const commandIDs = Object.keys(description.commands)
      Object.assign(plugin, {_manifest: async () => description, commandIDs, hasManifest: true})
    }

    await plugin.load()
    // oclif also looks in the folders above.
    if (plugin.name !== name || !isSameFolder(plugin.root, root))
      return refuse(
        `Plugin ${name} is not loaded: ${root} holds another one. Run \`${config.bin} plugins uninstall ${name}\`.`,
      )
    for (const fault of [...faultsOf(description), ...dropInvalidEntries(plugin)]) complain(fault)
    config.plugins.set(name, plugin)
    if (!isAlone) await addChildren(plugin, config, complain)
  } catch (error) {
    complain(
      `${name} was installed, and cannot be loaded: ${readObject(path.join(root, 'package.json')) ? faultOf(error) : `${root} holds no package`}.`,
    )
  }
}

/** As oclif does it: what a plugin declares as its own plugins, and depends on. */
async function addChildren(parent: Plugin, config: Host, complain: (line: string) => void): Promise<void> {
  const wanted = parent.pjson.oclif.plugins ?? []
  const dependencies = Object.keys(parent.pjson.dependencies ?? {})
  for (const name of wanted.filter((one) => dependencies.includes(one) && !config.plugins.has(one))) {
    const plugin = new Plugin({name, root: parent.root, type: parent.type, parent})
    await plugin.load()
    for (const fault of dropInvalidEntries(plugin)) complain(`${plugin.name}: ${fault}`)
    // A name that is taken would replace what bears it.
    if (config.plugins.has(plugin.name))
      complain(`${plugin.name}, of ${parent.name}, is not loaded: its name is taken.`)
    else {
      config.plugins.set(plugin.name, plugin)
      parent.children.push(plugin)
      await addChildren(plugin, config, complain)
    }
  }
}

function ownNameLine(name: string, bin: string): string {
  return `Plugin ${name} is not loaded: it bears the name of one that comes with ${bin}. Run \`${bin} plugins uninstall ${name}\`.`
}

function faultOf(error: unknown): string {
  // oclif trips over what it does not expect there.
  if (error instanceof TypeError) return 'its package.json or its manifest is not what it should be'
  return reasonOf(error)
}

function isInPlace(folder: string, dataDir: string): boolean {
  try {
    const modules = path.join(realpathSync(dataDir), 'node_modules')
    return realpathSync(folder) === path.join(modules, path.relative(path.join(dataDir, 'node_modules'), folder))
  } catch {
    return false
  }
}
