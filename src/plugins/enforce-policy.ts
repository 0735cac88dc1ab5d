import type {Interfaces} from '@oclif/core'
import {readListed} from './plugin-list.ts'
import type {Item} from './install.ts'
import {askedAs, type PackageSpec} from './package-spec.ts'
import {
  type Candidate,
  isFromRegistry,
  isRange,
  pluginRefused,
  rangeOf,
  staysWithin,
  whyForbidden,
} from '../policy/plugin-rules.ts'
import type {PluginPolicy, Policy} from '../policy/policy.ts'
import {policyRefusal} from '../policy/problems.ts'

type Host = Pick<Interfaces.Config, 'bin' | 'dataDir' | 'npmRegistry' | 'plugins'>

/**
 * Refuses what may not be installed, before npm is asked anything; where the policy allows some versions only, asks for those.
 * @throws Problem POLICY_REFUSED (77)
 */
export function enforceInstallPolicy(wanted: PackageSpec, host: Host, policy: Policy | undefined): Item {
  const item = wanted.type === 'address' ? {url: wanted.address} : {name: wanted.name, tag: wanted.tag}
  if (!policy) return item
  if (item.name !== undefined) keepNames([item.name], host, policy)
  const {plugins} = policy
  if (!plugins) return item
  checkRegistry(host, plugins, policy)
  if (item.name === undefined) {
    check({unpublished: true}, plugins, policy, host)
    return item
  }

  const {name, tag} = item
  // What begins with a dash would be an option of npm.
  check({name, tag, unpublished: name.startsWith('-')}, plugins, policy, host)
  const range = rangeOf(name, plugins)
  if (range === undefined || staysWithin(tag, range)) return item
  if (isRange(tag)) throw pluginRefused({key: 'plugins.allowed', rule: `requires ${name} ${range}`}, policy, host.bin)
  return {name, tag: range}
}

/**
 * The commands that bring plugins without asking the hook before an installation.
 * @throws Problem POLICY_REFUSED (77)
 */
export function enforceCommandPolicy(id: string, words: readonly string[], host: Host, policy: Policy): void {
  const {plugins} = policy
  if (!plugins) return
  if (id === 'plugins:link') check({unpublished: true}, plugins, policy, host)
  if (id === 'plugins:search') checkRegistry(host, plugins, policy)
  // `reset` takes away; only with --reinstall does it bring anything, and then what is listed.
  if (id !== 'plugins:update' && !(id === 'plugins:reset' && words.includes('--reinstall'))) return
  checkRegistry(host, plugins, policy)
  checkListed(host, plugins, policy)
}

/** All that is listed would be installed anew. @throws Problem POLICY_REFUSED (77) */
function checkListed(host: Host, plugins: PluginPolicy, policy: Policy): void {
  for (const {name, tag, type, url} of readListed(host.dataDir)) {
    keepNames([name], host, policy)
    const unpublished = type === 'link' || url !== undefined
    check({name, ...(tag !== undefined && {tag}), unpublished}, plugins, policy, host)
    const range = rangeOf(name, plugins)
    if (range === undefined || staysWithin(tag ?? 'latest', range)) continue
    throw policyRefusal({
      policy,
      key: 'plugins.allowed',
      rule: `requires ${name} ${range}`,
      what: `It was installed as ${tag ?? 'latest'}, which may bring any other.`,
      suggestions: [`Run \`${host.bin} plugins install ${askedAs(name)}\`.`],
    })
  }
}

function check(plugin: Candidate, plugins: PluginPolicy, policy: Policy, {bin}: Host): void {
  const why = whyForbidden(plugin, plugins)
  if (why) throw pluginRefused(why, policy, bin)
}

/** A name that is taken would replace what bears it, credentials included. */
function keepNames(names: readonly string[], {bin, plugins}: Host, policy: Policy): void {
  const taken = names.find((name) => name === policy.identity?.plugin || plugins.get(name)?.type === 'core')
  if (taken === undefined) return
  const key = policy.identity?.plugin === taken ? 'identity.plugin' : 'plugins'
  throw pluginRefused({key, rule: `keeps the name ${taken} for a plugin of its own`}, policy, bin)
}

function checkRegistry({npmRegistry}: Host, {registries}: PluginPolicy, policy: Policy): void {
  if (!registries || npmRegistry === undefined) return
  const address = npmRegistry.endsWith('/') ? npmRegistry : `${npmRegistry}/`
  if (isFromRegistry(address, registries)) return
  throw policyRefusal({
    policy,
    key: 'plugins.registries',
    rule: `allows plugins from ${registries.join(', ')} only`,
    what: `It is not ${npmRegistry} (from SUPERSET_NPM_REGISTRY).`,
    suggestions: ['Unset SUPERSET_NPM_REGISTRY.'],
  })
}
