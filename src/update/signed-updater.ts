import {createRequire, registerHooks} from 'node:module'
import path from 'node:path'
import {pathToFileURL} from 'node:url'
import {shareCore} from '../cli/share-core.ts'
import {asOurs, type CommandExtension} from '../cli/extend-command.ts'
import type {UpdateResult} from '../own-shapes.ts'
import {type AvailableReleases, listAvailable, updateTo, type UpdateTools} from './run-update.ts'

type Theirs = (typeof import('@oclif/plugin-update'))['commands']['update']
type Statics = Omit<Theirs, 'flags' | 'prototype'> & {flags: Omit<Theirs['flags'], 'autoupdate'>}
type Ours = CommandExtension<object, Statics>

const STAND_INS = path.join(import.meta.dirname, `stand-ins${path.extname(import.meta.filename)}`)
const PACKAGE = '@oclif/plugin-update'
const require = createRequire(import.meta.url)

/** What plugin-update's command wants of its updater, which no type of the package names. */
interface TheirUpdater {
  fetchVersionIndex(): Promise<Readonly<Record<string, string>>>
  findLocalVersions(): Promise<readonly string[]>
  runUpdate(options: TheirOptions): Promise<void>
}

interface TheirOptions {
  readonly channel?: string | undefined
  readonly force?: boolean | undefined
  readonly version?: string | undefined
}

/** What our command knows and theirs does not. */
export interface UpdaterRequest {
  readonly channel?: string | undefined
  readonly rollback: boolean
}

export interface UpdaterResult {
  readonly updated?: UpdateResult
  readonly listed?: AvailableReleases
  /** What their command drew. */
  readonly tables: ReadonlyArray<{readonly columns: readonly string[]; readonly data: readonly object[]}>
}

/** Their command as one of ours. Loaded when the command is, and by no other. */
export function updateCommand(): Ours {
  shareCore()
  const {STOOD_IN} = require(STAND_INS) as typeof import('./stand-ins.ts')
  const hooks = registerHooks({
    resolve: (specifier, context, next) =>
      STOOD_IN.includes(specifier) && context.parentURL?.includes(`/${PACKAGE}/`)
        ? {url: pathToFileURL(STAND_INS).href, format: 'module', shortCircuit: true}
        : next(specifier, context),
  })
  try {
    const {commands} = require(PACKAGE) as typeof import('@oclif/plugin-update')
    // By this hidden flag their hook updates at once.
    Reflect.deleteProperty(commands.update.flags, 'autoupdate')
    return asOurs<object, Statics>(commands.update)
  } finally {
    hooks.deregister()
  }
}

/**
 * The seam. plugin-update's command makes its `Updater` itself, so that a class of ours would never be used: its prototype is
 * changed instead. What it asks for the versions and what brings one are ours; every other method, of this release of the package
 * or of a later one, is refused: nothing of the old way of updating is left to be reached.
 * @returns what came of it, to be called when the command has run
 */
export async function signUpdater(
  tools: UpdateTools,
  {channel, rollback}: UpdaterRequest,
): Promise<() => Promise<UpdaterResult>> {
  const {Updater} = require(path.join(path.dirname(require.resolve(PACKAGE)), 'update.js')) as {
    Updater: {readonly prototype: object}
  }
  let updated: UpdateResult | undefined
  let listed: AvailableReleases | undefined
  const ours: TheirUpdater = {
    async fetchVersionIndex() {
      listed = await listAvailable(tools)
      return Object.fromEntries(listed.map((one) => [one.version, one.location]))
    },
    // Known by their location already. Told apart there, a version is exactly that: in their list 1.1.10 is 1.1.1, too.
    findLocalVersions: () => Promise.resolve([]),
    async runUpdate({force = false, version, ...theirs}) {
      updated = await updateTo({channel: channel ?? theirs.channel, force, rollback, version}, tools)
    },
  }
  for (const name of Object.getOwnPropertyNames(Updater.prototype)) {
    if (name === 'constructor') continue
    const value: unknown =
      Reflect.get(ours, name) ?? (() => Promise.reject(new Error(`plugin-update's own ${name} is not used`)))
    Object.defineProperty(Updater.prototype, name, {value})
  }

  const missing = Object.keys(ours).filter((name) => Reflect.get(Updater.prototype, name) !== Reflect.get(ours, name))
  if (missing.length > 0)
    throw new Error(`${PACKAGE} has no ${missing.join(', ')}: it is another release than this one is made for`)
  return async () => {
    const {takeTables} = require(STAND_INS) as typeof import('./stand-ins.ts')
    return {...(updated && {updated}), ...(listed && {listed}), tables: takeTables()}
  }
}
