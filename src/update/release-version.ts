import semver from 'semver'

const LONGEST = 64
const CHANNEL = /^[a-z][a-z\d-]{0,31}$/

/** A version as releases are named: exact, and without build metadata (`+1`), which is ours to name folders with. */
export function isVersion(text: string): boolean {
  return text.length <= LONGEST && semver.valid(text) === text
}

export function isChannel(text: string): boolean {
  return CHANNEL.test(text)
}

/** Negative when `one` comes before `other`. */
export function compareVersions(one: string, other: string): number {
  return semver.compare(one, other)
}

export function newest(versions: readonly string[]): string | undefined {
  return versions.toSorted(compareVersions).at(-1)
}
