import {Config, type Interfaces, Plugin} from '@oclif/core'
import {readFileSync, realpathSync} from 'node:fs'
import path from 'node:path'
import {rememberLeftOut} from './left-out.ts'
import {isFromRegistry, leftOutLine, type Verdict, whyForbidden} from './policy/plugin-rules.ts'
import type {Policy} from './policy/policy.ts'

/** A plugin as the user's data folder lists it. */
export interface Listed {
  readonly name: string
  readonly type: 'link' | 'user'
  readonly tag?: string
  readonly url?: string
  /** Of a linked plugin. */
  readonly root?: string
}

/**
 * The program with those plugins of the user that the policy allows. The others are not even looked into: oclif imports
 * all commands of a plugin that has no manifest, and runs its hooks.
 */
export async function loadAllowedPlugins(
  program: Interfaces.Options,
  policy: Policy | undefined,
  tell: (line: string) => void,
): Promise<Config> {
  const config = await Config.load({...program, userPlugins: false})
  // Nothing of a user's is loaded beside a policy that cannot be understood; the commands say why.
  if (!policy) return config
  const lines = new Map<string, string>()
  for (const listed of readListed(config.dataDir)) {
    const why = whyLeftOut(listed, config, policy)
    if (why) lines.set(listed.name, leftOutLine(listed.name, why, policy, config.bin))
    else await add(listed, config, (line) => lines.set(listed.name, line))
  }

  rememberLeftOut(lines)
  for (const line of lines.values()) tell(line)
  return config
}

/** As oclif reads it. A file that cannot be read lists nothing. */
export function readListed(dataDir: string): readonly Listed[] {
  const plugins = field(field(readObject(path.join(dataDir, 'package.json')), 'oclif'), 'plugins')
  const entries: readonly unknown[] = Array.isArray(plugins) ? plugins : []
  return entries.flatMap((entry) => {
    if (typeof entry === 'string') return [{name: entry, tag: 'latest', type: 'user' as const}]
    const {name, root, tag, type, url} = entry as Record<string, unknown>
    if (typeof name !== 'string' || (type !== 'user' && type !== 'link')) return []
    const texts = Object.entries({root, tag, url}).filter(([, value]) => typeof value === 'string')
    return [{name, type, ...Object.fromEntries(texts)}]
  })
}

function whyLeftOut(listed: Listed, config: Config, policy: Policy): Verdict | undefined {
  const {name, root, tag, type, url} = listed
  if (config.plugins.has(name) || name === policy.identity?.plugin)
    return {
      key: policy.identity?.plugin === name ? 'identity.plugin' : 'plugins',
      rule: `keeps the name ${name} for a plugin of its own`,
    }
  const {plugins} = policy
  if (!plugins) return undefined
  const folder = type === 'link' ? root : path.join(config.dataDir, 'node_modules', name)
  const manifest = folder === undefined ? undefined : readObject(path.join(folder, 'package.json'))
  const version = field(manifest, 'version')
  const isElsewhere = type === 'user' && folder !== undefined && !isInPlace(folder, config.dataDir)
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
function whyUntraceable(name: string, version: unknown, dataDir: string, {plugins}: Policy): Verdict | undefined {
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

async function add(listed: Listed, config: Config, complain: (line: string) => void): Promise<void> {
  const {name, tag, type, url} = listed
  const root = type === 'link' ? (listed.root ?? '') : path.join(config.dataDir, 'node_modules', name)
  try {
    const plugin = new Plugin({name, root, type, ...(tag !== undefined && {tag}), ...(url !== undefined && {url})})
    await plugin.load()
    if (plugin.name === name && realpathSync(plugin.root) === realpathSync(root)) config.plugins.set(name, plugin)
    else complain(`Plugin ${name} is not loaded: ${root} holds another one.`)
  } catch (error) {
    complain(`Plugin ${name} is not loaded: ${error instanceof Error ? error.message : String(error)}`)
  }
}

function isInPlace(folder: string, dataDir: string): boolean {
  try {
    const modules = path.join(realpathSync(dataDir), 'node_modules')
    return realpathSync(folder) === path.join(modules, path.relative(path.join(dataDir, 'node_modules'), folder))
  } catch {
    return false
  }
}

function readObject(file: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(readFileSync(file, 'utf8'))
    return isObject(value) ? value : undefined
  } catch {
    return undefined
  }
}

function field(value: unknown, key: string): unknown {
  return isObject(value) && Object.hasOwn(value, key) ? value[key] : undefined
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
