import {readdirSync, rmSync} from 'node:fs'
import path from 'node:path'
import {
  isProblem,
  type Problem,
  profileFileName,
  profileOfFileName,
  type ProfileSettings,
  type SettingsChange,
} from '@superset/identity'
import {readJson, writeJson} from './files.ts'
import {checkGlobal, checkProfile, type GlobalSettings} from './settings.ts'

/**
 * What the user chose, in files: `cli/settings.json` for all profiles, and one file for each profile, so that two
 * sign-ins at the same moment never write the same one.
 */
export class Configuration {
  readonly #folder: string

  constructor(homeDir: string) {
    this.#folder = path.join(homeDir, 'cli')
  }

  get globalFile(): string {
    return path.join(this.#folder, 'settings.json')
  }

  profileFile(profile: string): string {
    return path.join(this.#folder, 'profiles', `${profileFileName(profile)}.json`)
  }

  /** @throws Problem CONFIG_* (78) */
  global(): GlobalSettings {
    return checkGlobal(readJson(this.globalFile) ?? {}, this.globalFile)
  }

  /** @throws Problem CONFIG_* (78) */
  profile(profile: string): ProfileSettings {
    const file = this.profileFile(profile)
    return checkProfile(readJson(file) ?? {}, file)
  }

  /** Profiles that settings were saved for, in alphabetical order. */
  profileNames(): readonly string[] {
    try {
      const names = readdirSync(path.join(this.#folder, 'profiles')).flatMap((file) =>
        file.endsWith('.json') ? (profileOfFileName(file.slice(0, -'.json'.length)) ?? []) : [],
      )
      return names.toSorted()
    } catch {
      // No folder, or one that cannot be read: what is in it is not in use then.
      return []
    }
  }

  /** What is `undefined` is removed, what is not named stays. @throws Problem CONFIG_* (78), STORE_SETTINGS (74) */
  saveGlobal(change: {readonly [Key in keyof GlobalSettings]?: GlobalSettings[Key] | undefined}): void {
    const merged = merge(this.global(), change)
    writeJson(this.globalFile, checkGlobal(merged, this.globalFile))
  }

  /** As `saveGlobal`. */
  saveProfile(profile: string, change: SettingsChange): void {
    const file = this.profileFile(profile)
    writeJson(file, checkProfile(merge(this.profile(profile), change), file))
  }

  /** What is wrong with these files, one Problem for each that is. */
  faults(): readonly Problem[] {
    const reads = [() => this.global(), ...this.profileNames().map((name) => () => this.profile(name))]
    return reads.flatMap((read) => {
      try {
        read()
        return []
      } catch (error) {
        if (isProblem(error)) return error
        throw error
      }
    })
  }

  forgetProfile(profile: string): void {
    rmSync(this.profileFile(profile), {force: true})
  }
}

function merge(before: object, change: object): Record<string, unknown> {
  return Object.fromEntries(Object.entries({...before, ...change}).filter(([, value]) => value !== undefined))
}
