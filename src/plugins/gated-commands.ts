import type {Interfaces} from '@oclif/core'
import {createRequire} from 'node:module'
import path from 'node:path'
import {shareCore} from '../cli/share-core.ts'
import {asOurs, type CommandExtension} from '../cli/extend-command.ts'
import {findListed} from './package-spec.ts'
import {type ListedPlugin, readListed} from './plugin-list.ts'

type Commands = (typeof import('@oclif/plugin-plugins'))['commands']

const require = createRequire(import.meta.url)

/** A command of plugin-plugins as one of ours. It is loaded when ours is, and so in no run of another command. */
export function pluginCommand<Members extends object = object>(id: keyof Commands): CommandExtension<Members> {
  shareCore()
  const {commands} = require('@oclif/plugin-plugins') as {commands: Commands}
  putGate()
  return asOurs(commands[id])
}

/** How its commands ask for a plugin that is to be installed. */
interface InstallRequest {
  /** A name, or an address. */
  readonly name: string
  /** One of npm's, as the flags and SUPERSET_NPM_LOG_LEVEL say. */
  readonly logLevel: string
  readonly force: boolean
}

interface InstalledPackage {
  readonly name: string
  readonly version: string
}

/** What a command of ours does when the command of theirs that it extends comes to the point. What it leaves out is refused. */
export interface PluginOperations {
  /** The plugins as they were before, of which their commands speak. */
  readonly listed?: readonly ListedPlugin[]
  install?(asking: InstallRequest): Promise<InstalledPackage>
  link?(folder: string): Promise<InstalledPackage>
  uninstall?(name: string): Promise<void>
  update?(logLevel: string): Promise<void>
}

const works = new WeakMap<object, PluginOperations>()

/** Before `super.run()`: their command makes its `Plugins` for the same `config`. */
export function setOperations(config: Interfaces.Config, work: PluginOperations): void {
  works.set(config, work)
}

/** Work on several plugins that their commands ask for one by one: all of it is done at the first call, or none. */
export function once<A extends readonly unknown[], T>(work: (...given: A) => Promise<T>): (...given: A) => Promise<T> {
  let done: Promise<T> | undefined
  return (...given) => (done ??= work(...given))
}

/** The class that does the work of plugin-plugins, as far as the gate answers for it; the package exports no name of it. */
interface Plugins {
  readonly config: Interfaces.Config
  readonly logLevel: string
}

/**
 * What the gate answers in the place of plugin-plugins' own methods, by the file that exports the class. It asks no registry
 * by itself, starts neither npm nor yarn, and writes no list: all of that is `src/plugins`, reached through `Work`.
 */
export const ANSWERS = {
  'plugins.js': {
    async install(this: Plugins, name: string, {force = false} = {}) {
      const {install} = workOf(this)
      return asLoaded(await install?.({name, force, logLevel: this.logLevel}), this.config)
    },
    async link(this: Plugins, folder: string) {
      return asLoaded(await workOf(this).link?.(path.resolve(folder)), this.config)
    },
    async uninstall(this: Plugins, name: string) {
      const {uninstall = refuse('uninstall')} = workOf(this)
      await uninstall(name)
    },
    async update(this: Plugins) {
      const {update = refuse('update')} = workOf(this)
      await update(this.logLevel)
    },
    async list(this: Plugins) {
      return [...listedFor(this)]
    },
    async hasPlugin(this: Plugins, name: string) {
      return findListed(name, listedFor(this), path.resolve(name)) ?? false
    },
    /** One name and no other: no registry is asked which of two there is. */
    async maybeUnfriendlyName(this: Plugins, name: string) {
      if (this.config.plugins.has(name)) return name
      return findListed(name, listedFor(this), path.resolve(name))?.name ?? name
    },
  },
  'npm.js': {},
  'yarn.js': {},
} as const satisfies Readonly<Record<string, Readonly<Record<string, unknown>>>>

/** What only reckons, and may stay theirs. */
export const KEPT: ReadonlySet<string> = new Set(['constructor', 'friendlyName', 'unfriendlyName'])

/** Its classes, by file: their commands make instances by themselves, so that a subclass would never be used. */
export function theirClasses(): ReadonlyArray<readonly [keyof typeof ANSWERS, {prototype: object}]> {
  const folder = path.dirname(require.resolve('@oclif/plugin-plugins'))
  const load = (file: string) => require(path.join(folder, file)) as Record<string, {prototype: object}>
  const [plugins, npm, yarn] = [load('plugins.js'), load('npm.js'), load('yarn.js')]
  const found = {'plugins.js': plugins['default'], 'npm.js': npm['NPM'], 'yarn.js': yarn['Yarn']}
  return Object.entries(found).map(([file, it]) => {
    if (!it) throw ungated(file)
    return [file as keyof typeof ANSWERS, it]
  })
}

/** Every method and accessor of those classes is answered here, or refuses. One that this version does not have is a mistake. */
function putGate(): void {
  for (const [file, {prototype}] of theirClasses()) {
    const answers: Readonly<Record<string, unknown>> = ANSWERS[file]
    const names = Object.getOwnPropertyNames(prototype)
    const strange = Object.keys(answers).find((name) => !names.includes(name))
    if (strange !== undefined) throw ungated(strange)
    for (const name of names)
      if (!KEPT.has(name))
        Object.defineProperty(prototype, name, {value: answers[name] ?? refuse(name), writable: true})
  }
}

function workOf({config}: Plugins): PluginOperations {
  return works.get(config) ?? {}
}

function listedFor(plugins: Plugins): readonly ListedPlugin[] {
  return workOf(plugins).listed ?? readListed(plugins.config.dataDir)
}

function refuse(what: string): () => never {
  return () => {
    throw ungated(what)
  }
}

function ungated(what: string): Error {
  return new Error(`@oclif/plugin-plugins would go another way than through the gate (${what}).`)
}

/** For `new Plugin(…)` of theirs: as a linked one its folder is taken as it is, and none of its commands are looked at. */
function asLoaded(installed: InstalledPackage | undefined, {dataDir}: Interfaces.Config): object {
  if (!installed) throw ungated('install')
  const {name, version} = installed
  const pjson = {name, version, oclif: {}}
  return {name, version, pjson, type: 'link', ignoreManifest: true, root: path.join(dataDir, 'node_modules', name)}
}
