import {EXIT, isObject} from '@superset/identity'
import {accessSync, constants, mkdirSync} from 'node:fs'
import path from 'node:path'
import type {InstalledPlugin} from '../own-shapes.ts'
import type {Policy} from '../policy/policy.ts'
import {field, type ListedPlugin, readObject, text, versionOf} from './plugin-list.ts'
import {verifyPackages} from './verify-packages.ts'
import {type LockedPackage, lockedPlugin, readLock} from './lock.ts'
import {type NpmProcess, runNpm} from './npm.ts'
import {readNpmSettings} from './npm-settings.ts'
import {isOlder} from '../policy/plugin-rules.ts'
import {olderOffered, pluginProblem, tampered} from './problems.ts'
import {openRegistry, type RegistryAccess} from './registry.ts'
import {Stage} from './stage.ts'

/** One plugin to bring. Of an address the name is known only when npm has looked. */
export type Item = Omit<ListedPlugin, 'name' | 'type'> & {readonly name?: string}

export interface InstallContext {
  readonly dataDir: string
  readonly registry?: string | undefined
  readonly policy: Policy | undefined
  readonly scripts: boolean
  /** Names of what comes with the CLI. */
  readonly bundled: ReadonlySet<string>
  /** A copy of the environment. */
  readonly environment: Record<string, string | undefined>
  /** Before anybody loads it: what a plugin lacks so that it can be loaded without being imported. */
  readonly prepare: (plugin: {readonly name: string; readonly root: string}) => Promise<readonly string[]>
  /** Versions that were locked before do not count, and nothing else stays than what is brought. */
  readonly anew?: boolean
  /** Everything is downloaded, whatever npm has in its cache. */
  readonly fresh?: boolean
  /** How much of what npm says is told: a log level of npm's. */
  readonly logLevel?: string
  readonly tell: (line: string) => void
  readonly signal: AbortSignal
}

/** A registry that is silent for so long has no answer; the user's `fetch-timeout` may be shorter. */
const SILENCE_MS = 30_000
/** And an installation may take so many times as long. */
const WHOLE = 20

/**
 * Resolves, passes the gate, installs exactly that, and only then puts it in the place of what was there.
 * @throws Problem PLUGIN_*, POLICY_REFUSED
 */
export async function installPackages(
  items: readonly Item[],
  bringing: InstallContext,
): Promise<readonly InstalledPlugin[]> {
  const {anew = false, bundled, dataDir, policy} = bringing
  using stage = Stage.open(dataDir, {anew})
  const before = stage.read().oclif.plugins
  const {reach, running} = await prepareNpm(stage, bringing)
  const names = await resolve(items, stage, running)
  const taken = names.find((name) => bundled.has(name))
  if (taken !== undefined) throw bundledName(taken)
  const lock = readLock(stage.folder)
  for (const item of items) refuseOlder(item, {before, dataDir, lock})
  await verifyPackages({
    lock,
    policy,
    listed: stage.read().oclif.plugins,
    brought: new Set(names),
    registry: () => openRegistry(reach),
    now: Date.now(),
  })
  await runNpm(['ci'], running)
  checkInstalled(lock, readLock(stage.folder, 'node_modules/.package-lock.json'))
  const brought: InstalledPlugin[] = []
  for (const name of names) {
    const root = path.join(stage.folder, 'node_modules', name)
    checkPackage(name, root, lockedPlugin(lock, name))
    const version = text(readObject(path.join(root, 'package.json')), 'version') ?? ''
    brought.push({name, version, faults: await bringing.prepare({name, root})})
  }

  stage.commit()
  return brought
}

async function prepareNpm(
  {folder}: Stage,
  {environment, fresh = false, logLevel, policy, registry, scripts, signal, tell}: InstallContext,
): Promise<{reach: RegistryAccess; running: NpmProcess}> {
  // An error is told by ours, and npm writes it at this level at least.
  const level = logLevel === undefined || logLevel === 'silent' ? 'error' : logLevel
  const run = {cwd: folder, registry, scripts, logLevel: level}
  const {options} = await readNpmSettings(run, environment)
  const isUsable = !fresh && isWritable(path.dirname(options.cache))
  const fetchTimeoutMs = Math.min(options.timeout, SILENCE_MS)
  const own = {fetchTimeoutMs, ...(!isUsable && {cache: path.join(folder, 'cache')})}
  const reach = {...run, ...own, environment}
  const {switches} = await readNpmSettings(reach, environment)
  return {
    reach,
    running: {
      ...{cwd: folder, switches, logLevel, signal, tell},
      ...{deadlineMs: WHOLE * fetchTimeoutMs, minimumAgeDays: policy?.plugins?.minimumAgeDays},
    },
  }
}

/** A home that cannot be written, or a cache that root once used, is no reason not to install. */
function isWritable(folder: string): boolean {
  try {
    mkdirSync(folder, {recursive: true})
    accessSync(folder, constants.W_OK)
    return true
  } catch {
    return false
  }
}

interface PreviousState {
  readonly before: readonly ListedPlugin[]
  readonly dataDir: string
  readonly lock: readonly LockedPackage[]
}

/** Whoever goes on following a name such as `latest` gets no older version than the one that is there. */
function refuseOlder({name, tag = 'latest', url}: Item, {before, dataDir, lock}: PreviousState): void {
  if (name === undefined || url !== undefined) return
  const followed = before.find((one) => one.name === name && one.url === undefined && one.tag === tag)
  const offered = lockedPlugin(lock, name)?.version
  const installed = followed && versionOf(followed, dataDir)
  if (installed !== undefined && offered !== undefined && isOlder(offered, installed))
    throw olderOffered(name, {before: installed, offered, tag})
}

/** A name that is taken is never looked up. */
export function bundledName(name: string): Error {
  return pluginProblem('BUNDLED', `${name} comes with superset, and nothing else may bear its name.`, {
    exit: EXIT.usage,
  })
}

/** npm decides on versions, and writes them down; nothing is installed. @returns the names */
async function resolve(items: readonly Item[], stage: Stage, running: NpmProcess): Promise<readonly string[]> {
  const decide = (specs: readonly string[]): Promise<void> =>
    runNpm(['install', ...specs, '--package-lock-only'], running)
  const named = items.flatMap(({name, tag = 'latest', url}) =>
    name === undefined || url !== undefined ? [] : [{name, tag, type: 'user' as const}],
  )
  if (named.length > 0) await decide(named.map(({name, tag}) => `${name}@${tag}`))
  for (const one of named) stage.list(one)
  const names = named.map(({name}) => name)
  for (const {url} of items) {
    if (url === undefined) continue
    const before = stage.read()
    await decide([url])
    const {dependencies} = stage.read()
    const name =
      Object.keys(dependencies).find((one) => dependencies[one] !== before.dependencies[one]) ??
      before.oclif.plugins.find((one) => one.url === url)?.name
    if (name === undefined) throw pluginProblem('NOT_FOUND', `npm found no package at ${url}.`)
    stage.list({name, type: 'user', url})
    names.push(name)
  }

  return names
}

/** npm's record of what it really did: nothing besides what passed the gate, and nothing else in its place. */
function checkInstalled(lock: readonly LockedPackage[], installed: readonly LockedPackage[]): void {
  for (const {integrity, link, name, place, resolved} of installed) {
    const passed = lock.find((one) => one.place === place)
    if (!passed || passed.integrity !== integrity || passed.resolved !== resolved || passed.link !== link)
      throw tampered(`npm installed ${name} (${resolved ?? 'from nowhere'}), which was not what was decided on.`)
  }
}

function checkPackage(name: string, root: string, locked: LockedPackage | undefined): void {
  const manifest = readObject(path.join(root, 'package.json'))
  if (text(manifest, 'name') !== name)
    throw tampered(`The package ${name} calls itself ${text(manifest, 'name') ?? 'nothing'}.`)
  if (locked && !locked.link && text(manifest, 'version') !== locked.version)
    throw tampered(
      `The package ${name} says that it is ${text(manifest, 'version') ?? 'of no version'}, not ${locked.version}.`,
    )
  if (!isObject(field(manifest, 'oclif'))) throw noPlugin(name)
}

export function noPlugin(name: string): Error {
  return pluginProblem('INVALID', `${name} is a package, and no plugin: its package.json has no \`oclif\`.`)
}
