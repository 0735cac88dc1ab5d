import {type Config, Plugin} from '@oclif/core'
import {identityOf, type IdentityRequest, isProblem} from '@superset/identity'
import {configuration} from '../cli/home.ts'
import {HOOK} from '../identity/plugin.ts'
import {requireUsable} from '../identity/survey.ts'
import {field, folderOf, readListed, readObject} from '../plugins/plugin-list.ts'
import {currentPolicy} from '../policy/current.ts'
import {saveChoice} from './identity-choice.ts'
import {pluginAccess} from './identity-plugins.ts'

/** Those of these plugins that can serve identities, and that nobody who decides has chosen or ruled out yet. */
export function choosablePlugins(names: readonly string[], {dataDir}: Pick<Config, 'dataDir'>): readonly string[] {
  const pinned = currentPolicy()?.identity?.plugin
  if (pinned !== undefined) return []
  return readListed(dataDir)
    .filter(({name}) => names.includes(name) && choosers(name).length === 0)
    .filter((listed) => {
      const manifest = readObject(`${folderOf(listed, dataDir)}/package.json`)
      return field(field(field(manifest, 'oclif'), 'hooks'), HOOK) !== undefined
    })
    .map(({name}) => name)
}

/**
 * Chooses a plugin that this run has installed, for all profiles without a choice of their own; it is asked first.
 * @throws Problem IDENTITY_* (78), STORE_SETTINGS (74), CONFIG_* (78)
 */
export async function chooseInstalled(name: string, config: Config): Promise<void> {
  const listed = readListed(config.dataDir).find((one) => one.name === name)
  if (!listed) throw new Error(`${name} is not installed`)
  const plugin = new Plugin({name, root: folderOf(listed, config.dataDir), type: listed.type})
  await plugin.load()
  config.plugins.set(name, plugin)
  await requireUsable(name, identityOf(config).request, pluginAccess(config))
  saveChoice(name, undefined)
}

/** Who has chosen an identity plugin in the settings of this user: `all profiles`, `profile work`. */
export function choosers(plugin: string): readonly string[] {
  const saved = configuration()
  const places = [undefined, ...saved.profileNames()]
  return places.flatMap((profile) => {
    try {
      if (saved.values(profile)['identity'] !== plugin) return []
      return profile === undefined ? 'all profiles' : `profile ${profile}`
    } catch (error) {
      // A file that cannot be read chooses nothing.
      if (isProblem(error)) return []
      throw error
    }
  })
}

/** Whether a person can be asked; where the settings cannot be read, nobody is. */
export function isAttended(config: Config): boolean {
  try {
    const {interactive}: Pick<IdentityRequest, 'interactive'> = identityOf(config).request
    return interactive
  } catch (error) {
    if (isProblem(error)) return false
    throw error
  }
}
