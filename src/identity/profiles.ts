import type {Identity} from '@superset/identity'
import {isProblem, isProfileName} from '@superset/identity'

const FIRST = 'default'

/**
 * Every profile that settings or a credential are stored for, the current one, and the one that there always is, in
 * alphabetical order.
 */
export async function knownProfiles(identity: Identity, configured: readonly string[]): Promise<readonly string[]> {
  const current = currentName(identity)
  const named = current === undefined ? configured : [...configured, current]
  const stored = await Promise.all(providersOf(identity, [...named, withoutSettings(configured)]).map(storedIn))
  return [...new Set([FIRST, ...named, ...stored.flat()])].toSorted()
}

/** `undefined` where the settings that say so cannot be read. */
export function currentName(identity: Pick<Identity, 'profile'>): string | undefined {
  try {
    return identity.profile.value
  } catch (error) {
    if (isProblem(error)) return undefined
    throw error
  }
}

/** A name that has no settings: what was chosen for all profiles serves it. */
function withoutSettings(configured: readonly string[]): string {
  let name = FIRST
  for (let number = 2; configured.includes(name); number++) name = `${FIRST}-${number}`
  return name
}

/** One identity for each plugin that serves one of these profiles. */
function providersOf(identity: Identity, names: readonly string[]): readonly Identity[] {
  const found = new Map<string, Identity>()
  for (const name of names) {
    const one = identity.at(name)
    try {
      if (!found.has(one.choice.plugin)) found.set(one.choice.plugin, one)
    } catch (error) {
      // Settings that cannot be read choose no plugin; whoever looks at that profile is told.
      if (!isProblem(error)) throw error
    }
  }

  return [...found.values()]
}

/** A plugin that fails hides nothing but what it alone knows; its own profile says how it fails. */
async function storedIn(identity: Identity): Promise<readonly string[]> {
  try {
    const provider = await identity.provider()
    const names = (await provider.profiles?.(identity.request)) ?? []
    return names.filter((name) => isProfileName(name))
  } catch {
    return []
  }
}
