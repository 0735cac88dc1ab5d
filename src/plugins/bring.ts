import {EXIT} from '@superset/identity'
import path from 'node:path'
import type {Policy} from '../policy/policy.ts'
import {field, isObject, type Listed, readObject, text} from './data-folder.ts'
import {passGate} from './gate.ts'
import {type Locked, lockedPlugin, readLock} from './lock.ts'
import {runNpm} from './npm.ts'
import {pluginProblem, tampered} from './problems.ts'
import {openRegistry} from './registry.ts'
import {Stage} from './stage.ts'

/** One plugin to bring. Of an address the name is known only when npm has looked. */
export type Item = Omit<Listed, 'name' | 'type'> & {readonly name?: string}

export interface Bringing {
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
}

export interface Brought {
  readonly name: string
  readonly version: string
  /** What is wrong with it. */
  readonly faults: readonly string[]
}

/**
 * Resolves, passes the gate, installs exactly that, and only then puts it in the place of what was there.
 * @throws Problem PLUGIN_*, POLICY_REFUSED
 */
export async function bring(items: readonly Item[], bringing: Bringing): Promise<readonly Brought[]> {
  const {anew = false, bundled, dataDir, environment, policy, registry, scripts} = bringing
  using stage = Stage.open(dataDir, {anew})
  const npm = {cwd: stage.folder, registry, scripts}
  const names = await resolve(items, stage, npm)
  const taken = names.find((name) => bundled.has(name))
  if (taken !== undefined) throw bundledName(taken)
  const lock = readLock(stage.folder)
  await passGate({
    lock,
    policy,
    listed: stage.read().oclif.plugins,
    brought: new Set(names),
    registry: () => openRegistry({cwd: stage.folder, environment: {...environment}, registry}),
    now: Date.now(),
  })
  await runNpm(['ci'], npm)
  checkInstalled(lock, readLock(stage.folder, 'node_modules/.package-lock.json'))
  const brought: Brought[] = []
  for (const name of names) {
    const root = path.join(stage.folder, 'node_modules', name)
    checkPackage(name, root, lockedPlugin(lock, name))
    const version = text(readObject(path.join(root, 'package.json')), 'version') ?? ''
    brought.push({name, version, faults: await bringing.prepare({name, root})})
  }

  stage.commit()
  return brought
}

/** A name that is taken is never looked up. */
export function bundledName(name: string): Error {
  return pluginProblem('BUNDLED', `${name} comes with superset, and nothing else may bear its name.`, {
    exit: EXIT.usage,
  })
}

/** npm decides on versions, and writes them down; nothing is installed. @returns the names */
async function resolve(
  items: readonly Item[],
  stage: Stage,
  npm: {readonly cwd: string; readonly registry: string | undefined},
): Promise<readonly string[]> {
  const decide = (specs: readonly string[]): Promise<void> =>
    runNpm(['install', ...specs, '--package-lock-only', '--save-exact'], npm)
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
function checkInstalled(lock: readonly Locked[], installed: readonly Locked[]): void {
  for (const {integrity, link, name, place, resolved} of installed) {
    const passed = lock.find((one) => one.place === place)
    if (!passed || passed.integrity !== integrity || passed.resolved !== resolved || passed.link !== link)
      throw tampered(`npm installed ${name} (${resolved ?? 'from nowhere'}), which was not what was decided on.`)
  }
}

function checkPackage(name: string, root: string, locked: Locked | undefined): void {
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
