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
import {refuseForeignHome} from '@superset/identity/home'
import {readJson, writeJson} from './files.ts'
import {whileLocked} from './lock.ts'
import {checkGlobal, checkProfile, type GlobalSettings} from './settings.ts'

type SavedValues = Readonly<Record<string, unknown>>

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
    this.edit(undefined, (before) => merge(before, change))
  }

  /** As `saveGlobal`. */
  saveProfile(profile: string, change: SettingsChange): void {
    this.edit(profile, (before) => merge(before, change))
  }

  /**
   * Changes one of the files, from what is in it at this moment, also where that is not valid before.
   * @param profile `undefined`: the file for all profiles
   * @throws Problem CONFIG_* (78), STORE_SETTINGS (74), STORE_LOCK_BUSY (75), and what `change` throws
   */
  edit(profile: string | undefined, change: (before: SavedValues) => SavedValues): void {
    const file = profile === undefined ? this.globalFile : this.profileFile(profile)
    const check = profile === undefined ? checkGlobal : checkProfile
    this.#whileLocked(() => {
      const before = readJson(file) ?? {}
      const after = change(before)
      if (after !== before) writeJson(file, check(after, file))
    })
  }

  /** What is in one of the files, valid or not. @throws Problem CONFIG_* (78) for what cannot be read */
  values(profile: string | undefined): SavedValues {
    return readJson(profile === undefined ? this.globalFile : this.profileFile(profile)) ?? {}
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
    this.#whileLocked(() => rmSync(this.profileFile(profile), {force: true}))
  }

  #whileLocked(change: () => void): void {
    refuseForeignHome(this.#folder)
    whileLocked(path.join(this.#folder, 'settings.lock'), change)
  }
}

function merge(before: object, change: object): Record<string, unknown> {
  return Object.fromEntries(Object.entries({...before, ...change}).filter(([, value]) => value !== undefined))
}
