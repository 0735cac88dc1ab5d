import {createHash} from 'node:crypto'
import {join} from 'node:path'

/** Whose credentials: a home folder (`~/.superset`, absolute) and a profile in it. */
export interface Place {
  readonly homeDir: string
  readonly profile: string
}

/** The profile whose plain-text credentials live in the incumbent's `config.json`. */
export const DEFAULT_PROFILE = 'default'

const SEQUENCE_DIGITS = 10
const RECORD_NAME = /^(\d{10})\.sealed$/

export const identityFolder = (homeDir: string): string => join(homeDir, 'identity')
export const profilesFolder = (homeDir: string): string => join(homeDir, 'identity', 'profiles')
export const sessionsFolder = (homeDir: string): string => join(homeDir, 'identity', 'sessions')
export const sessionFolder = (homeDir: string, sessionId: string): string => join(sessionsFolder(homeDir), sessionId)
export const quarantineFolder = (homeDir: string): string => join(homeDir, 'identity', 'quarantine')
export const lockFile = (homeDir: string): string => join(homeDir, 'identity', 'config.lock')

/** Where the plain-text credentials of all profiles but the default live. */
export const plainProfilesFile = (homeDir: string): string => join(homeDir, 'profiles.json')

/** Where a profile's plain-text credentials and its organization live. */
export function plainFile(place: Place): string {
  return place.profile === DEFAULT_PROFILE ? join(place.homeDir, 'config.json') : plainProfilesFile(place.homeDir)
}

export function indexFile(place: Place): string {
  return join(profilesFolder(place.homeDir), `${fileNameOf(place.profile)}.json`)
}

/** The fixed session id of a plain-text credential: there is one per profile. */
export function plainSessionId(profile: string): string {
  return profile === DEFAULT_PROFILE ? 'config' : `config.${fileNameOf(profile)}`
}

export function recordName(sequence: number): string {
  return `${String(sequence).padStart(SEQUENCE_DIGITS, '0')}.sealed`
}

/** The number of a record file, or `undefined` for any other file. */
export function sequenceOf(fileName: string): number | undefined {
  const digits = RECORD_NAME.exec(fileName)?.[1]
  return digits === undefined || Number(digits) === 0 ? undefined : Number(digits)
}

/**
 * A file name for a profile name. One name per profile also where file systems ignore case, and never `..` or a
 * separator: everything but lower-case letters, digits, `_` and `-` is written as `%XX`.
 */
function fileNameOf(profile: string): string {
  const encoded = [...Buffer.from(profile, 'utf8')]
    .map((byte) => {
      const character = String.fromCodePoint(byte)
      return /[a-z0-9_-]/.test(character) ? character : `%${byte.toString(16).toUpperCase().padStart(2, '0')}`
    })
    .join('')
  if (encoded.length <= 120) return encoded
  return `${encoded.slice(0, 90)}~${createHash('sha256').update(profile).digest('hex').slice(0, 24)}`
}
