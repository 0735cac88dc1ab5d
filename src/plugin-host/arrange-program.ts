import {Config, type Interfaces, Plugin} from '@oclif/core'
import type {PreparedProgram} from './prepared-plugin.ts'
import {isSameFolder} from '@superset/identity/home'
import {choiceFor} from './identity-choice.ts'
import {withoutBundledAuth, commandIn, concernsAuthCommands, isAuthCommand} from '../identity/arrange.ts'
import {BUNDLED, type Choice} from '../identity/choose.ts'
import {type FlagEntries, type GlobalFlags, globalFlags} from '../identity/request.ts'
import {currentPolicy} from '../policy/current.ts'
import {siteRoot} from '../policy/pinned-identity.ts'
import type {Policy} from '../policy/policy.ts'
import {type CommandLine, knowsProfile} from '../cli/command-line.ts'

export interface Program extends Interfaces.Options {
  /** Where bin/bundle.js has written bundles that are up to date. */
  readonly prepared?: PreparedProgram
}
type Plugins = NonNullable<Program['plugins']>

export interface ChoiceSources {
  readonly choice: (flags: GlobalFlags) => Choice
  readonly policy: () => Policy | undefined
}

/** As every command of ours declares it. */
const PROFILE_FLAG: FlagEntries = {flags: {profile: {helpGroup: 'GLOBAL'}}}

/**
 * The program with the plugins that this run is to have, where those differ from what oclif finds by itself: with the
 * plugin of a site, and without the bundled one where the chosen plugin brings its own `auth` commands. Nothing is
 * read that the command line does not call for, and without a choice the plugins are not looked at.
 */
export async function selectPlugins(
  line: CommandLine,
  program: Program,
  deciding: ChoiceSources = {choice: choiceFor, policy: currentPolicy},
): Promise<Program> {
  const site = attempt(() => siteRoot(deciding.policy()))
  const chosen = concernsAuthCommands(line.words) ? attempt(() => chosenFor(line, deciding)) : undefined
  if (!site && (chosen === undefined || chosen === BUNDLED)) return program
  const {plugins: found} = await Config.load(program)
  const plugins: Plugins = new Map(found)
  if (site) await putSitePlugin(plugins, site)
  return {...program, plugins: chosen === undefined ? plugins : arrangeFor(plugins, chosen, line, deciding)}
}

/** Behind the command `--profile` counts with `auth` only: elsewhere it may be a third party's own flag. */
function chosenFor({profile, words}: CommandLine, {choice}: ChoiceSources): string {
  return choice({...(profile && {profile}), ...(isAuthCommand(words) && globalFlags(PROFILE_FLAG, words))}).plugin
}

/** Left as they are where the command, once known, takes `--profile` for something of its own. */
function arrangeFor(plugins: Plugins, chosen: string, {profile, words}: CommandLine, {choice}: ChoiceSources): Plugins {
  const plugin = plugins.get(chosen)
  const command = (plugin && commandIn(plugin, words)) ?? PROFILE_FLAG
  const isOurs = !knowsProfile(command) || command.flags?.['profile']?.helpGroup === 'GLOBAL'
  const isCertain = isOurs || attempt(() => choice(profile ? {profile} : {}).plugin) === chosen
  return isCertain ? withoutBundledAuth(plugins, chosen) : plugins
}

/** In the place of whatever bears its name. What cannot be loaded is missing then, and the first who asks it says so. */
async function putSitePlugin(plugins: Plugins, {name, root}: {name: string; root: string}): Promise<void> {
  ;(await import('../cli/share-core.ts')).shareCore()
  plugins.delete(name)
  const plugin = new Plugin({name, root, type: 'site'})
  const isLoaded = await plugin.load().then(
    // oclif also looks in the folders above.
    () => plugin.name === name && isSameFolder(plugin.root, root),
    () => false,
  )
  if (isLoaded) plugins.set(name, plugin)
}

/** A choice that cannot be read is reported by the init hook, to the commands that depend on it. */
function attempt<T>(read: () => T): T | undefined {
  try {
    return read()
  } catch {
    return undefined
  }
}
