import {variableOf} from '@superset/identity'
import {readEnvironment} from '../env.ts'
import {configuration} from '../cli/home.ts'
import {type Choice, chooseIdentity, type Choices} from '../identity/choose.ts'
import {type GlobalFlags, profileInUse, usableProfile} from '../identity/request.ts'
import {currentPolicy} from '../policy/current.ts'
import type {Policy} from '../policy/policy.ts'

/** Everybody who names an identity plugin, for a profile. */
export interface ProfileChoices extends Choices {
  readonly name: string
}

/** @throws Problem CONFIG_* (78), USAGE_PROFILE (2) */
export function readChoices(flags: GlobalFlags, policy: Policy | undefined): ProfileChoices {
  const environment = readEnvironment()
  const saved = configuration()
  const {identity: config, profile} = saved.global()
  const {value: name} = profileInUse(flags, environment, () => profile)
  const {plugin, site} = policy?.identity ?? {}
  return {
    name,
    policy: policy && plugin !== undefined ? {plugin, file: policy.file, ...(site !== undefined && {site})} : undefined,
    environment: environment.identity,
    profile: saved.profile(name).identity,
    config,
  }
}

/** Who answers for a profile, and by whose choice. @throws Problem CONFIG_* (78), POLICY_* (78), USAGE_PROFILE (2) */
export function choiceFor(flags: GlobalFlags): Choice {
  return chooseIdentity(readChoices(flags, currentPolicy()))
}

/** What became of a choice that was saved or taken back. */
export interface SavedChoice {
  /** What was saved there before. */
  readonly before?: string
  /** Who answers now; absent when a variable or a file is in the way of saying so. */
  readonly inForce?: Choice
  /** Why that is not what was saved. */
  readonly note?: string
}

/**
 * Saves a choice for one profile, or for all that have none of their own; `undefined` takes it back.
 * @throws Problem CONFIG_* (78), STORE_SETTINGS (74), USAGE_PROFILE (2)
 */
export function saveChoice(
  plugin: string | undefined,
  forProfile: string | undefined,
  policy: Policy | undefined = currentPolicy(),
): SavedChoice {
  // Whatever else is wrong with the environment must not keep anybody from taking a choice back.
  const saved = configuration()
  const profile = forProfile === undefined ? undefined : usableProfile(forProfile)
  const {identity: before} = profile === undefined ? saved.global() : saved.profile(profile)
  if (before !== plugin) {
    if (profile === undefined) saved.saveGlobal({identity: plugin})
    else saved.saveProfile(profile, {identity: plugin})
  }

  return {...(before !== undefined && {before}), ...nowInForce(profile, policy)}
}

function nowInForce(profile: string | undefined, policy: Policy | undefined): Omit<SavedChoice, 'before'> {
  let choices: ProfileChoices
  try {
    choices = readChoices(profile === undefined ? {} : {profile}, policy)
  } catch {
    return {}
  }

  const inForce = chooseIdentity(choices)
  const note = whyNot(inForce, profile, choices.name)
  return note === undefined ? {inForce} : {inForce, note}
}

function whyNot({file, plugin, source}: Choice, profile: string | undefined, current: string): string | undefined {
  if (source === 'policy') return `The policy of this machine names ${plugin}, and wins (${file}: identity.plugin).`
  if (variableOf(source) !== undefined) return `${variableOf(source)} names ${plugin}, and wins.`
  if (source !== 'profile' || profile !== undefined) return undefined
  return `Profile ${current} has a choice of its own, ${plugin}, which wins; \`superset identity reset --profile ${current}\` takes it back.`
}
