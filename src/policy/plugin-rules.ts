import type {Problem} from '@superset/identity'
import semver from 'semver'
import type {PluginPolicy, Policy} from './policy.ts'
import {place, policyRefusal} from './problems.ts'

/** A plugin as it is asked for, or as it lies in the user's data folder. */
export interface Candidate {
  /** Absent where an address is all that is known. */
  readonly name?: string
  /** A range, an exact version, or a name such as `latest`. */
  readonly tag?: string
  /** What is really there. */
  readonly version?: string
  /** A folder, a tarball, a git address: not by name from a registry. */
  readonly unpublished?: boolean
}

export interface RuleViolation {
  readonly key: string
  readonly rule: string
}

/** No package can be called this. */
const NO_PACKAGE = '.'

/** A name that a registry gives to a version. Anything else (`npm:other@1`) would bring another package. */
const DIST_TAG = /^[a-z][\w.-]*$/i

/** Why the policy forbids a plugin; `undefined`: it does not. */
export function whyForbidden(plugin: Candidate, policy: PluginPolicy): RuleViolation | undefined {
  const {name, tag, unpublished, version} = plugin
  if (unpublished && !(policy.unpublished ?? !policy.allowed))
    return {
      key: policy.unpublished === undefined ? 'plugins.allowed' : 'plugins.unpublished',
      rule: 'allows plugins by name from a registry only',
    }
  if (tag !== undefined && !isPlainTag(tag))
    return {key: 'plugins.allowed', rule: 'allows plugins under their own names only'}
  if (!policy.allowed) return undefined
  if (name === undefined || !entryOf(name, policy))
    return {key: 'plugins.allowed', rule: `does not allow the plugin ${name ?? 'at that address'}`}
  const range = rangeOf(name, policy)
  if (range === undefined) return undefined
  if (version === undefined || isWithin(version, range)) return undefined
  return {key: 'plugins.allowed', rule: `requires ${name} ${range}`}
}

/** The versions of a plugin that the policy allows; `undefined`: all. */
export function rangeOf(name: string, policy: PluginPolicy): string | undefined {
  return entryOf(name, policy)?.version
}

/** Whether everything that a tag may bring is allowed. */
export function staysWithin(tag: string, range: string): boolean {
  return semver.validRange(tag) !== null && semver.subset(tag, range)
}

export function isRange(tag: string): boolean {
  return semver.validRange(tag) !== null
}

/** Whether an installed version is in a range. */
export function isWithin(version: string, range: string): boolean {
  return semver.satisfies(version, range)
}

export function isOlder(version: string, than: string): boolean {
  return semver.valid(version) !== null && semver.valid(than) !== null && semver.lt(version, than)
}

/** A range, an exact version or the name of one: nothing that would bring another package. */
export function isPlainTag(tag: string): boolean {
  return isRange(tag) || DIST_TAG.test(tag)
}

function entryOf(name: string, {allowed = []}: PluginPolicy): {readonly version?: string} | undefined {
  return (
    allowed.find((entry) => entry.name === name) ??
    allowed.find((entry) => entry.name.endsWith('/*') && name.startsWith(entry.name.slice(0, -1)))
  )
}

export function pluginRefused({key, rule}: RuleViolation, policy: Policy, bin: string): Problem {
  return policyRefusal({policy, key, rule, suggestions: [`Run \`${bin} doctor\` for what is allowed.`]})
}

/** One line for what was not loaded. */
export function leftOutLine(name: string, {key, rule}: RuleViolation, policy: Policy, bin: string): string {
  return `Plugin ${name} is not loaded: your organisation ${rule} (${place(policy, key)}). Run \`${bin} plugins uninstall ${name}\`.`
}

/** Whether a package came from a registry of the list. */
export function isFromRegistry(address: string, registries: readonly string[]): boolean {
  const href = URL.parse(address)?.href
  return href !== undefined && registries.some((registry) => href.startsWith(registry))
}

/** In milliseconds. */
export function leastAge({minimumAgeDays}: PluginPolicy): number | undefined {
  return minimumAgeDays ? minimumAgeDays * 24 * 60 * 60 * 1000 : undefined
}

/** What npm is told through its environment, which wins over every .npmrc. */
export function npmSettings(policy: PluginPolicy): Readonly<Record<string, string>> {
  const {allowed = [], installScripts, minimumAgeDays, registries} = policy
  const [registry] = registries ?? []
  const unpublished = policy.unpublished ?? !policy.allowed
  const scopes = new Set(allowed.flatMap(({name}) => (name.startsWith('@') ? [name.slice(0, name.indexOf('/'))] : [])))
  return {
    ...(!installScripts && {ignore_scripts: 'true'}),
    ...(!unpublished && {allow_git: 'none', allow_file: 'none', allow_remote: 'none'}),
    // A date of the user's would win over the days, and a list of exceptions over both; an empty value is none.
    ...(minimumAgeDays !== undefined && {
      min_release_age: String(minimumAgeDays),
      before: '',
      min_release_age_exclude: NO_PACKAGE,
    }),
    ...(registry !== undefined && {registry}),
    ...(registry !== undefined && Object.fromEntries([...scopes].map((scope) => [`${scope}:registry`, registry]))),
  }
}
