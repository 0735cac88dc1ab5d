import {type Identity, isProblem, type Sourced, variableOf} from '@superset/identity'
import type {Configuration} from '../configuration/configuration.ts'
import {findSetting, listSettings, type SettingPath} from '../configuration/keys.ts'
import {closest, didYouMean} from '../closest.ts'
import {usableProfile} from '../identity/request.ts'
import {usage} from './errors.ts'

const LIST = 'Run `superset config list --available` to see what can be set.'

/** A setting that a person named, and whose it is. */
export interface NamedSetting extends SettingPath {
  /** `undefined`: it is one for all profiles. */
  readonly profile: string | undefined
}

/**
 * @param flag what `--profile` says
 * @throws Problem USAGE_INVALID, USAGE_PROFILE (2), CONFIG_* (78)
 */
export function namedSetting(
  typed: string,
  flag: string | undefined,
  identity: Pick<Identity, 'profile'>,
): NamedSetting {
  const path = findSetting(typed, flag !== undefined)
  if (!path) {
    const keys = [...new Set(listSettings().map(({key}) => key))]
    const plain = (text: string) => text.replaceAll(/[-_]/g, '').toLowerCase()
    const near = keys.find((key) => plain(key) === plain(typed)) ?? closest(typed, keys)
    throw usage(`There is no setting ${JSON.stringify(typed)}.`, [...didYouMean(near), LIST])
  }

  if (path.setting.scope === 'profile')
    return {...path, profile: flag === undefined ? identity.profile.value : usableProfile(flag)}
  if (flag !== undefined) throw usage(`${path.setting.key} is a setting for all profiles: leave out --profile.`)
  return {...path, profile: undefined}
}

/** Where a setting is saved, for a person. */
export function ownerOf(profile: string | undefined): string {
  return profile === undefined ? 'all profiles' : `profile ${profile}`
}

export function fileOf(configuration: Configuration, profile: string | undefined): string {
  return profile === undefined ? configuration.globalFile : configuration.profileFile(profile)
}

/** The variable that wins over what is saved, where one is set. */
export function winningVariable({setting: {key}}: SettingPath, identity: Identity): string | undefined {
  try {
    const {choice, profile, request} = identity
    const sources: Readonly<Record<string, Pick<Sourced<unknown>, 'source'> | undefined>> = {
      ...{identity: choice, profile, apiUrl: request.apiUrl, webUrl: request.webUrl, clientId: request.clientId},
      ...{issuer: request.issuer, storage: request.storage, workload: request.workload},
    }
    const found = Object.hasOwn(sources, key) ? sources[key] : undefined
    return found && variableOf(found.source)
  } catch (error) {
    // What is in the way of saying so is told by whatever needs it.
    if (isProblem(error)) return undefined
    throw error
  }
}
